"""Words that names are made of: those of municipal departments, and those that a report was read well with elsewhere.

Here belongs whether a word is known, which accents it has and what it may be a misreading of. Not here: whole names
(`departments`), which cells hold names (`names`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.cells import Cell
from ingest.readers.digital_pdf import ENGINE as EXACT
from ingest.scan.lexicon import is_word, mended, nearest_word, seems_misread
from ingest.words import plain

WORD = re.compile(r"[^\W\d_][^\W_]*")
_LEAST = 5  # letters of a word that another may be mistaken for
_SHORTEST = 4  # letters of a word that tells by itself whether it was misread
_SURE = 0.97  # a word that is read as surely is spelled so
# How well a spelling is supported: the sum, over where it was read, of the square of the confidence.
_ENOUGH = 2.0  # a word that is no misreading
_ACCENTED, _RATHER = 0.6, 1.2  # for accents, and how many times that of the bare spelling: models lose accents
_OFTEN = 1.0  # support of what is printed again and again
_LEAST_SUPPORT = 0.2
_ACCENTS_OF_A_WORD = 1
_ACUTE = "áéíóúÁÉÍÓÚ"
_BARE = str.maketrans(_ACUTE, "aeiouAEIOU")
_FOREIGN = str.maketrans("àèìòùâêîôûäëïöçÀÈÌÒÙÂÊÎÔÛÄËÏÖÇ", "aeiouaeiouaeiocAEIOUAEIOUAEIOC")
SHORT = frozenset("a al con de del e el en la las los o para por y".split())  # noqa: SIM905
"""Words that join those of a name."""
_COMMON = frozenset(
    """
    administración administrativa administrativo agropecuario agua alumbrado ambiental ambiente archivo asuntos
    atención auxiliar ayuntamiento bienestar bomberos calidad catastro central ciudadana ciudadano civil comercio
    comisión comunicación construcción contabilidad contraloría coordinación cultura cívicos departamento
    dependencia deporte deportes desarrollo dirección drenaje ecología económica económico educación egresos
    electrónico empleo entidad especiales eventos finanzas fomento general generales gestión gobierno hacienda
    humano humanos igualdad imagen indígenas informática información infraestructura ingresos innovación instituto
    integral interna internos jardines jefatura jurídica jurídico jurídicos juventud limpia limpieza logística
    mantenimiento materiales mayor medio mercados movilidad mujer mujeres municipal municipales municipio obras
    oficialía operación organismo panteones parques participación particular patrimonio planeación policía política
    porcentaje predial presidencia presupuesto presupuestario prevención programa programación protección proyectos
    pública públicas público públicos rastro recaudación recursos regiduría regidores registro reglamentos
    relaciones rural salud saneamiento secretaría seguridad servicios sindicatura sistema sistemas social sociales
    subdirección supervisión supervisiones tecnologías tesorería transparencia transporte tránsito trámites turismo
    unidad urbana urbano urbanos variación vialidad vivienda vía vías víctimas zona
    """.split()  # noqa: SIM905
)
"""Words that the names of municipal departments, and of units, are made of."""
_BY_PLAIN = {plain(word): word for word in _COMMON}


def sureness(cell: Cell) -> float:
    """Give how surely a cell says what was read, from 0 to 1: exact text is sure."""
    return 1.0 if cell.engine == EXACT else (cell.confidence or 0.0)


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a report spells its words: the support of each spelling, by the plain word, and its best confidence.

    `often` are the spellings of words that are read again and again, by the plain word.
    """

    support: Mapping[str, Mapping[str, float]]
    surest: Mapping[str, float]
    often: Mapping[str, str]

    @staticmethod
    def of(cells: Iterable[Cell]) -> Spelling:
        """Learn the spellings of a report from all that was read of it."""
        support: dict[str, dict[str, float]] = {}
        surest: dict[str, float] = {}
        for cell in cells:
            sure = sureness(cell)
            for word in WORD.findall(cell.text):
                small = spanish(word.lower())
                if len(word) >= _LEAST and sum(map(_ACUTE.count, small)) <= _ACCENTS_OF_A_WORD:
                    mine = support.setdefault(plain(small), {})
                    mine[small] = mine.get(small, 0.0) + sure**2
                    surest[small] = max(surest.get(small, 0.0), sure)
        often = {
            bare: max(mine, key=lambda s: mine[s]) for bare, mine in support.items() if sum(mine.values()) >= _OFTEN
        }
        return Spelling(support, surest, often)

    def words(self) -> dict[str, float]:
        """Give the support of each spelling, in small letters, and the least there is of the common words."""
        mine = {word: support for spellings in self.support.values() for word, support in spellings.items()}
        return dict.fromkeys(_COMMON, _LEAST_SUPPORT) | mine

    def knows(self, word: str) -> bool:
        """Tell whether a word is none that was misread: a common one, a short one, or one that was read well."""
        bare = plain(word)
        return bare in _BY_PLAIN or bare in SHORT or sum(self.support.get(bare, {}).values()) >= _ENOUGH

    def accented(self, word: str, *, named: bool = False) -> str:
        """Give a word with the accents that the report, or else the language, puts on it; its case stays.

        In a name (`named`) that is not set in capitals the language has its way: it is models that lose accents.
        """
        small, bare = word.lower(), plain(word)
        mine = self.support.get(bare, {})
        accents = [s for s in mine if s != bare and self.surest[s] >= _SURE]
        if small == bare and accents and not is_word(small):
            return _in_case(max(accents, key=lambda s: mine[s]), word)
        if (whole := self._with_capital(word)) is not None:
            return whole
        best = max(mine, key=lambda s: mine[s] * (_RATHER if s != bare else 1.0), default=small)
        if best in (small, bare) or mine[best] < max(_ACCENTED, _RATHER * mine.get(small, 0.0)):
            usual = _BY_PLAIN.get(bare, small)
            unsure = (named and not word.isupper()) or self.surest.get(small, 0.0) < _SURE
            best = usual if bare in _BY_PLAIN and (usual != bare or named) and unsure else small
        return word if best == small else _in_case(best, word)

    def with_one_accent(self, word: str) -> str:
        """Give a word with accents that Spanish has, and with one at most, as the report or the language has it."""
        word = spanish(word)
        marked = [n for n, letter in enumerate(word) if letter in _ACUTE]
        if len(marked) <= _ACCENTS_OF_A_WORD:
            return word
        single = [word[:n].translate(_BARE) + word[n] + word[n + 1 :].translate(_BARE) for n in marked]
        support = {s: self.support.get(plain(s), {}).get(s.lower(), 0.0) or 0.1 * is_word(s) for s in single}
        best = max(single, key=lambda s: support[s])
        return best if support[best] > 0 else word

    def _with_capital(self, word: str) -> str | None:
        """Give a word with the accent of its capital, which models lose most, where the report has the word with it."""
        small, mine = word.lower(), self.support.get(plain(word), {})
        like = [s for s in mine if s[1:] == small[1:] and s != small == plain(s[:1]) + s[1:] and mine[s] >= _ACCENTED]
        return _in_case(like[0], word) if like and word[0].isupper() and not word.isupper() else None

    def mended(self, word: str) -> str:
        """Give the common word that `word` is a misreading of; `word` where there is none, or more than one."""
        if len(word) < _LEAST or self.knows(word):
            return word
        found = nearest_word(word, _BY_PLAIN)
        if found is None:
            told = mended(word.lower(), {})
            found = told if told in _COMMON else None
        return word if found is None else _in_case(found, word)

    def seems_torn(self, word: str) -> bool:
        """Tell whether a word is likely what reading left of another: it is near one, or letters and digits in one."""
        if len(word) < _SHORTEST or self.knows(word):
            return False
        return seems_misread(word) or (not word.isalpha() and any(c.isalpha() for c in word))

    def whole(self, pieces: Sequence[str]) -> list[str]:
        """Give words, in their order, with those made whole that a space broke in two or three: `AYUN TAMIENTO`."""
        words: list[str] = []
        start = 0
        while start < len(pieces):
            runs = (pieces[start : start + size] for size in (3, 2) if start + size <= len(pieces))
            run = next((r for r in runs if self._is_broken(r)), pieces[start : start + 1])
            words.append(_in_case("".join(run).lower(), run[0]) if len(run) > 1 else run[0])
            start += len(run)
        return words

    def _is_broken(self, run: Sequence[str]) -> bool:
        word = "".join(run).rstrip(",;:.")
        known = self.knows(word) or plain(word) in self.often
        return len(word) > _LEAST and word.isalpha() and known and not all(map(self.knows, run))


def spanish(word: str) -> str:
    """Give a word without the accents and hooks that no Spanish word has: specks make an acute one look so."""
    return word.translate(_FOREIGN)


def has_common_stem(word: str) -> bool:
    """Tell whether a word is no common one, but one with another ending, as `Reglamentas` is of `Reglamentos`."""
    bare = plain(word)
    return len(bare) > _LEAST and bare not in _BY_PLAIN and _stem(bare) in _STEMS


def _stem(bare: str) -> str:
    return bare.removesuffix("s")[:-1]


_STEMS = frozenset(map(_stem, _BY_PLAIN))


def is_common(text: str) -> bool:
    """Tell whether a text is made of common words only."""
    found = WORD.findall(plain(text))
    return bool(found) and all(word in _BY_PLAIN or word in SHORT for word in found)


def _in_case(word: str, like: str) -> str:
    return word.upper() if like.isupper() else word.capitalize() if like[0].isupper() else word
