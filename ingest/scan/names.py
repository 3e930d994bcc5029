"""Names that a report repeats: a name that was misread once is known from where it was read well.

Here belongs the spelling of what names things: departments, units, frequencies, the words of the heading; and which
cells hold sentences, whose words the language mends (`lexicon`). Figures are never touched. A department that nothing
settles gets the confidence `UNSURE`. Not here: which of several readings of a name is right (`departments`), words by
themselves (`vocabulary`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.cells import Cell, Placed, Table
from ingest.headings import Layout, find_layout
from ingest.indicators import LEVELS
from ingest.profile import Profile, load_profiles
from ingest.readers.digital_pdf import ENGINE as EXACT
from ingest.readers.digital_pdf import UNSURE
from ingest.scan.departments import Name, Read, Said, settled
from ingest.scan.figures import is_figure
from ingest.scan.lexicon import allowed, cased_as, is_word, mended, nearest_word, strange
from ingest.scan.spots import reworded
from ingest.scan.vocabulary import SHORT, WORD, Spelling, is_common
from ingest.scan.wording import distance
from ingest.words import one_line, plain

_SURE = 0.97  # a text that is read as surely is left alone
_ALIKE = 0.34  # of the letters of a unit or a frequency may be wrong
_OFTENER = 3  # times as often as a misreading stands what was misread
_BAND_SHARE = 0.8
_BAND = "band"
_LEVEL = re.compile(r"\W*(?P<level>[^\W\d_]+)[^\w(\[{]*(?P<open>[(\[{]?)\W*(?P<name>\w.*)?", re.DOTALL)
_TEXTS = ("objective", "indicator")
_SENTENCES = (*_TEXTS, "justification")
_UNITS = ("unit", "variable_unit", "units")
_EDGE = " .,:;'`|_-\u2013\u2014"
_ACCENT = re.compile(r"\b[AEIOU] ?([ÁÉÍÓÚ])")  # an accent that was read as a letter of its own
_JOINED = re.compile(r"\b(?P<word>[^\W\d_]{4,})(?P<joined>y|de)\b")
_TWICE = re.compile(r"(?i)\b(de|del|la|las|los|el|en|y|por)\s+\1\b")
_LABEL = re.compile(r"\bunidad de medida\b")
_LEVEL_LETTERS = 5  # of a level that is cut off
_FAIR = 0.4  # confidence below which the language vouches for no unit that is rare
_ODD = 0.3  # confidence, at most, of a sentence with a word that is none
_OFTEN = 2.0  # read so well, all in all, a word is one of the trade


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a name stands: the number of its table and of its cell, and the field that it fills."""

    table: int
    cell: int
    field: str


def with_names(tables: Sequence[Table], lines: Sequence[Cell]) -> tuple[list[Table], list[Cell]]:
    """Give tables and lines whose names are spelled as the report itself spells them where it could be read."""
    profile = load_profiles()[0]
    spelling = Spelling.of([*(p.cell for t in tables for p in t.cells), *lines])
    cells = [[p.cell for p in t.cells] for t in tables]
    places = list(_places(tables, profile))
    _mend_departments(cells, [p for p in places if p.field in ("level", "department", _BAND)], profile, spelling)
    own = Spelling.of(cells[p.table][p.cell] for p in places if p.field in (*_SENTENCES, *_UNITS)).words()
    for field in (*_UNITS, "frequency"):
        _mend_units(cells, [p for p in places if p.field == field], profile, spelling, own)
    for place in places:
        cell = cells[place.table][place.cell]
        if place.field in _SENTENCES:
            cell = _changed(cell, lambda text: mended(_spaced(_ACCENT.sub(r"\1", text), spelling), own))
        if place.field in _TEXTS:
            cell = _doubted(_respelled(cell, spelling.accented), own)
        cells[place.table][place.cell] = cell
    named = [
        replace(t, cells=tuple(replace(p, cell=c) for p, c in zip(t.cells, mine, strict=True)))
        for t, mine in zip(tables, cells, strict=True)
    ]
    first = min((t.page for t in tables), default=0)
    known = _heading_words(profile)
    return named, [_title(line, spelling, profile, known) if line.page == first else line for line in lines]


def _spaced(text: str, spelling: Spelling) -> str:
    """Give a text with the space before the last word of a few letters where it was lost: `Potosíy` is `Potosí y`."""

    def parted(match: re.Match[str]) -> str:
        whole = match["word"] + match["joined"]
        is_one = is_word(whole) or spelling.knows(whole) or not spelling.knows(match["word"])
        return whole if is_one else f"{match['word']} {match['joined']}"

    return _JOINED.sub(parted, text)


def _doubted(cell: Cell, own: Mapping[str, float]) -> Cell:
    """Give a sentence that is not read surely with little confidence where a word of it is none, or stands twice."""
    if cell.engine == EXACT or cell.confidence is None or cell.confidence >= _SURE:
        return cell
    odd = any(own.get(w.lower(), 0.0) < _OFTEN for w in strange(cell.text)) or _TWICE.search(cell.text)
    return replace(cell, confidence=min(cell.confidence, _ODD)) if odd else cell


def _title(line: Cell, spelling: Spelling, profile: Profile, known: Mapping[str, str]) -> Cell:
    """Give a line above the tables in the words of the format (`known` ones), of the report and of the language."""
    line = _respelled(_made_whole(line, spelling), spelling.with_one_accent)
    line = _respelled(line, lambda w: _heading_word(spelling.accented(w), known))
    line = _changed(line, lambda text: _with_ordinal(text, profile))
    labels = (*profile.header["program"], *profile.header["entity"])
    if not any(label in plain(line.text) for label in labels):
        return line
    # Programs and offices are named in ordinary words; towns, states and persons are not.
    return _changed(_respelled(line, _mended_name), _as_name)


def _as_name(text: str) -> str:
    """Give the name of a program or an office without specks, and with the capital that opens it."""
    text = re.sub(r"(?<=[^\W\d_])[.:·](?=[^\W\d_]{3})", " ", text).rstrip(" .,;:'")
    text = re.sub(r"(?<=[^\W\d_]{4})[.·'`](?=\s)", "", text)
    small = re.search(r"\d\s+(?P<first>[^\W\d_])[^\W\d_]+ [^\W\d_]*[A-ZÁÉÍÓÚÑ]", text)
    return text[: small.start("first")] + small["first"].upper() + text[small.end("first") :] if small else text


def _mended_name(word: str) -> str:
    small = mended(word.lower(), {})
    return word if small == word.lower() else cased_as(word, small)


def _places(tables: Sequence[Table], profile: Profile) -> Iterator[_Place]:
    """Give the places below headings by the field of their column; bands across a table are `_BAND`."""
    layout: Layout | None = None
    for number, table in enumerate(tables):
        found = find_layout(table, profile)
        layout = found or layout
        columns = layout.of(table) if layout is not None and found is None else layout.columns if layout else {}
        for n, place in enumerate(table.cells):
            if (found is not None and place.row < found.heading_rows) or not place.cell.text.strip():
                continue
            if _is_band(place, table):
                yield _Place(number, n, _BAND)
            elif place.column_span == 1 and place.column in columns:
                yield _Place(number, n, columns[place.column].field)


def _is_band(place: Placed, table: Table) -> bool:
    return place.column_span >= _BAND_SHARE * table.columns


def _mend_departments(cells: list[list[Cell]], places: Sequence[_Place], profile: Profile, spelling: Spelling) -> None:
    reads: dict[_Place, tuple[str, Read]] = {}
    for place in places:
        cell = cells[place.table][place.cell]
        level, read = _read(cell, profile, leveled=place.field == "level")
        if level and (other := _other_level(read)):
            # The rule between two cells was not seen.
            cells[place.table][place.cell] = reworded(cell, f"{level} {other}")
        elif read and (level or place.field != "level"):
            reads[place] = (level, read)
        elif "(" in cell.text and cell.engine != EXACT:
            cells[place.table][place.cell] = replace(cell, confidence=UNSURE)
    for place, name in zip(reads, settled([read for _, read in reads.values()], spelling), strict=True):
        cell, level = cells[place.table][place.cell], reads[place][0]
        if cell.engine != EXACT:
            cells[place.table][place.cell] = _named(cell, level, name)


def _other_level(read: Read) -> str | None:
    """Give the level, perhaps cut off, that stands after another where a department should."""
    said = ["".join(plain(s.text).split()) for s in read]
    return next(
        (known for known in LEVELS for text in said if len(text) >= _LEVEL_LETTERS and text in f"{plain(known)}s"), None
    )


def _named(cell: Cell, level: str, name: Name) -> Cell:
    text = f"{level} ({name.text})" if level else name.text
    named = cell if one_line(cell.text) == text else reworded(cell, text)
    return named if name.sure else replace(named, confidence=UNSURE)


def _read(cell: Cell, profile: Profile, *, leveled: bool) -> tuple[str, Read]:
    """Give the level that opens a cell, and all readings of the department that it names."""
    exact = cell.engine == EXACT
    texts = [(cell.text, 1.0 if exact else cell.confidence or 0.0)]
    # What a cell says after a rule changed it is no reading of its own.
    texts += [(o.text, o.confidence or 0.0) for o in cell.opinions if o.text.strip()]
    if len(texts) > 1:
        texts = [t for n, t in enumerate(texts) if n or all(t[0] != other for other, _ in texts[1:])]
    level, misread, found = "", "", []
    for text, sure in texts:
        name: str | None = one_line(text)
        if leveled:
            match = _LEVEL.match(one_line(text))
            told = profile.level_of(text)
            level = level or told or ""
            misread = misread or (match["level"] if match and match["open"] else "")
            name = match["name"] if match and (told or match["open"]) else None
            if name and name.count(")") > name.count("(") and name.endswith((")", ").")):
                name = name.rstrip(".")[:-1]
            elif name and name[-1] in "]}" and "(" not in name:
                name = name[:-1]
        if name and any(c.isalpha() for c in name):
            found.append(Said(name, sure))
    return level or nearest_word(misread, {plain(known): known for known in LEVELS}) or misread, tuple(found)


def _mend_units(
    cells: list[list[Cell]],
    places: Sequence[_Place],
    profile: Profile,
    spelling: Spelling,
    own: Mapping[str, float],
) -> None:
    """Spell units as they are spelled where they were read well, or as the language does, `own` words of the report
    first; frequencies as the format knows them.
    """
    known: Counter[str] = Counter()
    for place in places:
        known.update(unit for _, _, unit in _units(cells[place.table][place.cell].text, place.field, profile))
    capitals = 2 * sum(unit[0].isupper() for unit in known) > len(known)
    if places and places[0].field == "frequency":
        known = Counter({f.capitalize(): known[f.capitalize()] + len(places) * _OFTENER for f in profile.frequencies})
    for place in places:
        cell = cells[place.table][place.cell]
        if cell.engine == EXACT:
            continue
        text = cell.text
        for start, end, unit in reversed(list(_units(cell.text, place.field, profile))):
            sure = (cell.confidence or 0.0) >= _SURE and place.field != "frequency"
            beside = {u for u in known if plain(u) in plain(unit).split()} if place.field == "frequency" else set()
            # What a stamp leaves beside a frequency is none of it.
            is_own = sure or (place.field != "frequency" and _makes_words(unit, spelling))
            told = beside.pop() if len(beside) == 1 else unit if is_own else _unit(unit, known)
            if place.field != "frequency":
                told = told if sure else mended(" ".join(spelling.whole(told.split())), own)
                told = WORD.sub(lambda m: spelling.accented(m[0]), told)
                # What lost its first letter lost the capital with it.
                told = told[0].upper() + told[1:] if told != unit and capitals else told
            text = text[:start] + told + text[end:]
        may_be_other = place.field == "frequency" and _may_be_other(cell.text, text, profile)
        cell = reworded(cell, text) if text != cell.text else cell
        if may_be_other or _is_odd(cell, place.field, profile, spelling, known):
            cell = replace(cell, confidence=UNSURE)
        cells[place.table][place.cell] = cell


def _may_be_other(read: str, told: str, profile: Profile) -> bool:
    """Tell whether what was read as a frequency may as well be another than told: its beginning is lost or misread."""
    left, name = plain(one_line(read)), plain(told)
    if name in left or left[:1] == name[:1]:
        return False
    most = distance(left, name, len(name)) + 1
    return any(f != name and distance(left, f, most) <= most for f in profile.frequencies)


def _is_odd(cell: Cell, field: str, profile: Profile, spelling: Spelling, known: Mapping[str, int]) -> bool:
    """Tell whether a unit or a frequency is likely misread, or has other texts beside it."""
    sure = cell.confidence or 0.0
    if field == "frequency":
        is_known = plain(one_line(cell.text)) in profile.frequencies
        return not is_known and not (sure >= _SURE and all(map(is_word, WORD.findall(cell.text))))
    said = [unit for _, _, unit in _units(cell.text, field, profile)]
    if any(_LABEL.search(plain(one_line(unit))) for unit in said):
        return True  # a label that lost its end was not known
    if sure >= _SURE:
        return any(map(spelling.seems_torn, WORD.findall(" ".join(said))))
    rare = [u for u in said if known[u] < _OFTENER and not is_common(u)]
    return not said or (sure < _FAIR and bool(rare)) or not all(_makes_words(u, spelling) for u in rare)


def _makes_words(text: str, spelling: Spelling) -> bool:
    """Tell whether a text is made of whole words that the language or the report has."""
    return all(
        piece.isalpha() and (is_word(piece) or spelling.knows(piece)) and (len(piece) > 1 or plain(piece) in SHORT)
        for piece in filter(None, re.split(r"[\s/(),.]+", text))
    )


def _units(text: str, field: str, profile: Profile) -> Iterator[tuple[int, int, str]]:
    """Give where the units of a cell stand, and what they are: all of it, or what follows each label in it.

    Marks at their edges, which specks and colons are read as, stand there and are no part of the unit.
    """
    found = [(0, 0)]
    if field == "units":
        labels = "|".join(re.escape(label) for labels in profile.unit_labels.values() for label in labels)
        found = [m.span() for m in re.finditer(labels.replace("\\ ", r"\s+"), plain(text))]
    for (_, start), end in zip(found, [*(a for a, _ in found[1:]), len(text)], strict=False):
        said = text[start:end]
        bare = said.strip(_EDGE + "\n")
        if bare:
            lead = len(said) - len(said.lstrip(": \n"))
            yield start + lead, start + len(said.rstrip()), bare


def _unit(read: str, known: Mapping[str, int]) -> str:
    """Give the unit that one as read is clearly most like, of those much commoner or made of common words.

    Where there is none, or where it is made of such words itself, it stays.
    """
    bare = plain(one_line(read))
    often = [
        u for u, times in known.items()
        if u != read and (times >= _OFTENER * max(1, known.get(read, 0)) or (is_common(u) and not is_common(read)))
    ]  # fmt: skip
    far = sorted((distance(plain(u), bare, len(u)), -known[u], u) for u in often)
    if not far or far[0][0] > _ALIKE * len(far[0][2]):
        return read
    # Of those that are as near, a commoner one.
    same = [u for off, times, u in far if off == far[0][0] and plain(u) != plain(far[0][2]) and times == far[0][1]]
    return read if same else far[0][2]


def _heading_words(profile: Profile) -> Mapping[str, str]:
    return {w: w for phrases in profile.header.values() for p in phrases for w in p.split() if len(w) > 4}


def _heading_word(word: str, known: Mapping[str, str]) -> str:
    """Give a word of a heading that labels what follows it, where `word` is a misreading of one."""
    if len(word) <= 4 or plain(word) in known:
        return word
    found = nearest_word(word, known)
    return word if found is None else found.upper() if word.isupper() else found


def _with_ordinal(text: str, profile: Profile) -> str:
    """Give a title whose quarter is spelled as the format knows it: `CUARTQ TRIMESTRE 2024`."""
    named = [w.rstrip("*") for w in profile.quarter_words]
    ordinals = {o: quarter for quarter, (said, _) in profile.quarters.items() for o in said if len(o) > 4}
    pieces = text.split(" ")
    for n, (word, after) in enumerate(pairwise(pieces)):
        if plain(word) in ordinals or not any(plain(after).startswith(w) for w in named):
            continue
        far = {o: distance(plain(word), o) for o in ordinals if distance(plain(word), o) <= allowed(plain(word), o)}
        near = min(far, key=lambda o: far[o], default=None)
        if near is not None and len({ordinals[o] for o in far}) == 1:
            pieces[n] = cased_as(word, near)
    return " ".join(pieces)


def _made_whole(line: Cell, spelling: Spelling) -> Cell:
    text = " ".join(spelling.whole(line.text.split()))
    return reworded(line, text) if line.engine != EXACT and text != one_line(line.text) else line


def _respelled(cell: Cell, change: Callable[[str], str]) -> Cell:
    return _changed(cell, lambda text: WORD.sub(lambda m: change(m[0]), text))


def _changed(cell: Cell, change: Callable[[str], str]) -> Cell:
    if cell.engine == EXACT or is_figure(cell.text) or (cell.confidence or 0.0) >= _SURE:
        return cell
    text = change(cell.text)
    return cell if text == cell.text else reworded(cell, text)
