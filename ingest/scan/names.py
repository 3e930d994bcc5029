"""Names that a report repeats: a word that was misread once is known from where it was read well.

Here belongs the spelling of what names things: departments, units, the lines of the heading. Sentences stay as they
were read, and figures are never touched. Not here: what the names mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from ingest.cells import Cell, Placed, Table
from ingest.readers.digital_pdf import ENGINE as EXACT
from ingest.scan.figures import is_figure
from ingest.scan.spots import reworded
from ingest.scan.wording import distance
from ingest.words import plain

_WORD = re.compile(r"[^\W\d_][^\W_]*")
_LEAST = 5  # letters of a word that another may be mistaken for
_LETTERS = (5, 8, 11)  # of a word from which on one, two, three may be wrong
_SHORT = 95  # characters: longer texts, on the whole, are sentences
_SURE = 0.97  # a text that is read as surely is left alone
_BAND_SHARE = 0.8
# How well a spelling is supported: the sum, over where it was read, of the square of the confidence.
_ENOUGH = 2.0  # a word that is no misreading
_WELL = 0.65  # one reading of a name that was read well
_ACCENTED, _RATHER = 0.6, 1.2  # for accents, and how many times that of the bare spelling: models lose accents
_BEFORE = 1.5  # a common word, before any reading
_COMMON = frozenset(
    """
    administración administrativa administrativo agua alumbrado ambiente asuntos atención auxiliar ayuntamiento
    bienestar calidad catastro cívicos ciudadana ciudadano comunicación construcción contabilidad contraloría
    coordinación cultura departamento deportes desarrollo dirección drenaje ecología económico educación egresos
    electrónico eventos finanzas general generales gobierno humanos igualdad indígenas informática
    infraestructura ingresos instituto integral internos jurídica jurídicos juventud limpia limpieza
    mantenimiento materiales mayor medio movilidad mujeres municipal municipales municipio obras oficialía
    operación parques participación patrimonio planeación policía porcentaje predial presidencia presupuesto
    prevención programa protección proyectos pública públicas público públicos recaudación
    recursos regidores registro rural salud secretaría seguridad servicios sindicatura sistemas social sociales
    subdirección supervisión supervisiones tecnologías tesorería trámites tránsito transparencia turismo unidad
    urbana urbano variación vialidad vivienda
    """.split()  # noqa: SIM905
)
"""Words that the names of municipal departments, and of units, are made of."""
_PLAIN = frozenset(map(plain, _COMMON))


@dataclass(frozen=True, slots=True)
class _Known:
    """How well each spelling is supported, by the plain form of its word; `names` are what bands were read well as."""

    spellings: Mapping[str, Mapping[str, float]]
    names: tuple[str, ...]

    def spelled(self, word: str) -> str:
        """Give a word as the report spells it elsewhere, where that is clear, in the case of `word`."""
        if len(word) < _LEAST:
            return word
        best = self._accented(word.lower()) or self._nearest(word.lower())
        if best is None:
            return word
        return best.upper() if word.isupper() else best.capitalize() if word[0].isupper() else best

    def _accented(self, word: str) -> str | None:
        mine = self.spellings.get(plain(word), {})
        best = max(mine, key=lambda s: mine[s], default=word)
        wanted = max(_ACCENTED, _RATHER * mine.get(word, 0.0))
        return best if best != word and plain(best) != best and mine[best] >= wanted else None

    def _nearest(self, word: str) -> str | None:
        """Give the common word that `word` is a misreading of; None where there is none, or more than one."""
        bare = plain(word)
        if bare in _PLAIN or sum(self.spellings.get(bare, {}).values()) >= _ENOUGH:
            return None
        far = {w: distance(plain(w), bare) for w in _COMMON if not _is_form(plain(w), bare)}
        nearest = [w for w, off in far.items() if off == min(far.values()) and off <= _allowed(w, bare)]
        return nearest[0] if len(nearest) == 1 else None


def _allowed(word: str, read: str) -> int:
    """Give how many letters of a word may be wrong: short words are too near to each other."""
    shorter = min(len(word), len(read))
    return sum(shorter >= letters for letters in _LETTERS)


def _is_form(one: str, other: str) -> bool:
    """Tell whether two words may differ by their endings only (number, gender, derivation), which is no misreading."""
    if one[:-1] == other[:-1] or one.startswith(other) or other.startswith(one):
        return True
    stem = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return abs(len(one) - len(other)) >= 2 and stem >= min(len(one), len(other)) - 2


def with_names(tables: Sequence[Table], lines: Sequence[Cell]) -> tuple[list[Table], list[Cell]]:
    """Give tables and lines whose names are spelled as the report itself spells them where it could be read."""
    known = _known(tables, lines)
    mended = []
    for table in tables:
        naming = {id(p) for p in _naming(table)}
        cells = (replace(p, cell=_mended(p, table, known)) if id(p) in naming else p for p in table.cells)
        mended.append(replace(table, cells=tuple(cells)))
    first = min((t.page for t in tables), default=0)
    return mended, [_spelled(line, known) if line.page == first else line for line in lines]


def _naming(table: Table) -> Iterator[Placed]:
    """Give the cells that name something: bands, and columns whose texts are short."""
    columns: dict[int, list[Placed]] = {}
    for place in table.cells:
        if _is_band(place, table):
            yield place
        elif place.column_span == 1 and place.cell.text.strip():
            columns.setdefault(place.column, []).append(place)
    for places in columns.values():
        if sum(len(p.cell.text) for p in places) <= _SHORT * len(places):
            yield from places


def _is_band(place: Placed, table: Table) -> bool:
    return place.column_span >= _BAND_SHARE * table.columns


def _known(tables: Sequence[Table], lines: Sequence[Cell]) -> _Known:
    spellings: dict[str, dict[str, float]] = {plain(word): {word: _BEFORE} for word in _COMMON}
    for cell in [*(p.cell for t in tables for p in t.cells), *lines]:
        for word in _WORD.findall(cell.text):
            if len(word) >= _LEAST:
                mine = spellings.setdefault(plain(word), {})
                mine[word.lower()] = mine.get(word.lower(), 0.0) + _weight(cell)
    bands = {p.cell.text: p.cell for t in tables for p in t.cells if _is_band(p, t) and " " in p.cell.text}
    return _Known(spellings, tuple(text for text, cell in bands.items() if _weight(cell) >= _WELL))


def _weight(cell: Cell) -> float:
    """Give how much a reading counts; a text is as sure as its worst letter, which says little of each word."""
    return 1.0 if cell.engine == EXACT else (cell.confidence or 0.0) ** 2


def _mended(place: Placed, table: Table, known: _Known) -> Cell:
    cell = place.cell
    if _is_band(place, table) and cell.text not in known.names:
        # What a stamp leaves beside a name is none of it.
        inside = [name for name in known.names if re.search(rf"\b{re.escape(name)}\b", cell.text)]
        if inside:
            return reworded(cell, max(inside, key=len))
    return _spelled(cell, known)


def _spelled(cell: Cell, known: _Known) -> Cell:
    if cell.engine == EXACT or is_figure(cell.text) or (cell.confidence or 0.0) >= _SURE:
        return cell
    text = _WORD.sub(lambda m: known.spelled(m[0]), cell.text)
    return cell if text == cell.text else reworded(cell, text)
