"""What invented reports speak of: towns, offices, what these do and count, headings in other words, by a seed.

Here belong words only. Not here: which figures go with them (`reports`), where they stand (`sheets`).
"""

from __future__ import annotations

import random

from tests.reports import Subject, Words
from tests.sheets import WORDINGS

TOWNS = (
    ("Acayucan", "Veracruz"), ("Bahía de Banderas", "Nayarit"), ("Calkiní", "Campeche"), ("Durango", "Durango"),
    ("Ecatepec de Morelos", "Estado de México"), ("Huauchinango", "Puebla"), ("Jojutla", "Morelos"),
    ("Nacajuca", "Tabasco"), ("Tequisquiapan", "Querétaro"), ("Valladolid", "Yucatán"), ("Zacatlán", "Puebla"),
)  # fmt: skip
PROGRAMS = (
    "Servicios Públicos de Calidad", "Hacienda Sana y Ordenada", "Ciudad Segura y en Paz", "Bienestar para Todas",
    "Desarrollo Económico Incluyente", "Medio Ambiente y Agua Limpia", "Cultura, Deporte y Juventud",
)  # fmt: skip
ENTITIES = (
    "Secretaría del Ayuntamiento", "Oficialía Mayor", "Contraloría Municipal", "Organismo Operador de Agua Potable",
    "Dirección General de Seguridad Pública", "Secretaría de Obras y Servicios", "Instituto Municipal de Planeación",
)  # fmt: skip
OFFICES = ("Dirección", "Subdirección", "Coordinación", "Jefatura", "Unidad", "Departamento")
MATTERS = (
    "Alumbrado Público", "Catastro", "Protección Civil y Bomberos", "Mercados y Rastro", "Recursos Humanos",
    "Reglamentos y Espectáculos", "Atención a la Juventud", "Limpia y Recolección", "Desarrollo Rural", "Egresos",
    "Transparencia / UT", "Archivo Histórico", "Turismo", "Ecología (ECO)", "Panteones", "Vinculación Ciudadana",
)  # fmt: skip
SUBJECTS = (
    ("Luminarias", "luminarias de la vía pública", "reparadas"), ("Baches", "baches en calles y avenidas", "atendidos"),
    ("Becas", "becas a estudiantes de nivel básico", "otorgadas"), ("Talleres", "talleres de oficios", "impartidos"),
    ("Toneladas", "toneladas de residuos sólidos", "recolectadas"),
    ("Pagos", "pagos del impuesto predial", "recibidos"),
    ("Quejas", "quejas de la ciudadanía", "resueltas"), ("Visitas", "visitas de inspección", "realizadas"),
    ("Metros", "metros de red de drenaje", "rehabilitados"), ("Actas", "actas del registro civil", "digitalizadas"),
    ("Esterilizaciones", "esterilizaciones de perros y gatos", "practicadas"),
    ("Auditorías", "auditorías a las áreas de la administración", "concluidas"),
    ("Asesorías", "asesorías jurídicas a niñas, niños y adolescentes", "brindadas"),
    ("Permisos", "permisos para el uso del espacio público", "autorizados"),
)  # fmt: skip
OBJECTIVES = (
    "{unit}: {things} que las áreas responsables dejaron {done} durante el ejercicio fiscal en {town}.",
    "Las y los habitantes de {town} cuentan con {things} de manera oportuna, suficiente y con calidad.",
    "Ejecución del programa anual de {things}, conforme a la normatividad vigente.",
    "Mejora de la gestión municipal mediante {things} y el seguimiento a las solicitudes recibidas.",
    "Contribuir al bienestar de la población con {things} en colonias, barrios y comunidades.",
    "Atención a {things}.",
)


def words(rng: random.Random) -> Words:
    """Draw the words of one report: its town, its offices, and what these count."""
    return Words(
        places=(rng.choice(TOWNS),),
        entities=(rng.choice(ENTITIES),),
        program=rng.choice(PROGRAMS),
        departments=tuple(f"{rng.choice(OFFICES)} de {matter}" for matter in rng.sample(MATTERS, 4)),
        subjects=tuple(Subject(*said, rng.choice(OBJECTIVES)) for said in rng.sample(SUBJECTS, 9)),
    )


def headings(rng: random.Random) -> dict[str, tuple[str, ...]]:
    """Draw a wording of the headings of a table: each group of columns and each text as some publisher names it."""
    drawn = {key: WORDINGS[rng.choice(list(WORDINGS))][key] for key in ("plan", "ach", "pct", "cum", "q")}
    texts = zip(*(wording["text"] for wording in WORDINGS.values()), strict=True)
    return {**drawn, "text": tuple(rng.choice(of) for of in texts)}
