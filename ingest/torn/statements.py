"""What the justifications of a torn text say in figures, and where they begin and end.

A clean sentence is parsed by `ingest.justification`; here the words are garbled ("de un lotal de 620 pragramados") and
other columns' words stand between them. A pair of figures is trusted as far as their quotient is the percentage stated.
Not here: to which indicator a justification belongs.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ingest.cells import Cell
from ingest.torn.tokens import Run, Sort, Token, classify
from ingest.words import plain

_QUARTER_START = re.compile(
    r"(?:(?<![a-záéíóúñ])[JI!]?M\w{1,2}o?[tl]a\s*(?:Tri\w*|t[iry]\w{4,}l|\w{0,3}m\w{2,5}t\w{2,5}|I)\b[^a-z0-9]{0,4})"
    r"|(?<!\w)\w?eta\s+[TI]\w{4,9}\s*[:;.]"
    r"|(?<![a-z])Me[tl]a\s+Se\b|(?<!\w)S?e\s+o[bd]\w{3,5}e\s+un\s+a\w{4,6}\b"
    r"|(?<![\w.,])De\s?[\dO][\dO.,]*\s?(?=[^.;]{0,200}\b(?:pr\w{2,5}mad|en\s+el\b))"
    r"|(?<![a-z])[A-Z]\w{2,7}:?\s+Se\s+(?:l[oa]gra|obt\w+|alcanz\w+)\b|(?<![a-z])[a-z]{0,6}:\s+(?:Se\s+logra\s+el|En\s+el\s+\w+\s+\w*trimes)"
    r"|(?<!\w)En\s+el\s+\w{5,8}\s+\w{2,5}mes\w{2,4}\s+[sS]?e\s+re\w{4,}"
    r"|(?<![\w,])Se\s+(?:program|realiz|cumpli|alcanz|ten[ií]a)\w*\s(?=[^.;]{0,60}\d)"
    r"|(?<!\w)Durante\s+el\s+\w+\s+\w*mes\w+\s+se\b|(?<!\w)La\s+meta\s+programada\s+para\b"
)
_YEAR_START = re.compile(
    r"m\w{1,2}a\s+an\w{2,3}l\s*[:;]|\b(?:avan\w{1,2}\s+)?acumulad[oa]\s+de\b|\bequivalente\s+al\b|\bmeta\s+anual\s+de\b"
    r"|\bse\s+acumul\w"
)
_NUMBER = re.compile(r"(?<![\w.,/-])[€$]?[\dO][\dO.,]*(?:\s\d\d(?=\s?%))?\s?(?:%|\bpor ciento)?(?!\w)")
_TIME = re.compile(r"(?:\w{2,4}mes\w{2,4}|abril|ejercicio|pmd|a[nñ]o|\bde)\W*(?:d\w{1,2}\s+)?$")
_TOTAL = re.compile(r"\b\w?[otf]{1,2}\w?[ao]l\s+d\w\s*$")
_OF = re.compile(r"\b(?:de|da|de l[oa]s|d\wl[oa]s|contra|al total de)\s*$")
_AGAINST = re.compile(r"\b[ce]on\w?ra\s*$|\bmeta\s+(?:anual|trimestral)\s+de\s*$")
_PLANNED = re.compile(r"^[^\d;:%.]{0,70}?(?:pr\w{2,5}mad|proyecta|planead|te\wi?\w?an\b|estaban)")
_SIGNATURE = re.compile(r"^\W*(?:[ea]l?abor[oó]|revis[oó]|autoriz[oó]|vo\.? ?bo)\b", re.IGNORECASE)
_LABEL = re.compile(r"^\W*(?:UNIDAD\b.{0,4}DE|INDICADOR:|VARIABLES?\b|Trimestral\b|Componente\b|Actividad\b)")
_NONE = re.compile(r"\bning\w{1,2}\b")
_MOST_LINES = 30
_ROUNDED = 0.0101


@dataclass(frozen=True, slots=True)
class Claim:
    """`achieved` of `goal` is `pct`, as one sentence says it; what it does not say is None."""

    achieved: Token | None
    goal: Token | None
    pct: Token | None

    @property
    def agrees(self) -> bool:
        """Whether the figures agree with the percentage and leave no other whole number room to do so."""
        if self.achieved is None or self.goal is None or self.pct is None:
            return False
        return quotient_fits(self.achieved.value, self.goal.value, self.pct.value, sharp=True)

    @property
    def agrees_roughly(self) -> bool:
        """Whether the figures agree with the percentage, though other numbers may do so as well."""
        if self.achieved is None or self.goal is None or self.pct is None:
            return False
        return quotient_fits(self.achieved.value, self.goal.value, self.pct.value)


@dataclass(frozen=True, slots=True)
class Narrative:
    """One justification: its lines, its text, and its claims for the quarter and for the year so far."""

    first: int
    last: int
    page: int
    column: int
    text: str
    quarter: Claim
    year: Claim


def quotient_fits(part: float | None, whole: float | None, pct: float | None, *, sharp: bool = False) -> bool:
    """Tell whether `part` of `whole` is `pct` per cent, to two decimals, rounded or cut.

    `sharp` also wants that the neighbours of `part` and `whole` would not fit, or that both are the same number.
    """
    if part is None or whole is None or pct is None or whole <= 0 or part < 0:
        return False
    if abs(100 * part / whole - pct) > _ROUNDED:
        return False
    same = part == whole and pct == 100
    if sharp and part == 0:
        return False
    # One more or less of either must change the percentage by more than the two roundings together.
    return not sharp or same or (min(100, pct) / whole > 2 * _ROUNDED)


def find_narratives(
    lines: Sequence[Cell],
    runs: Sequence[Run],
    codes: Sequence[tuple[int, int, int]] = (),
    stops: Collection[int] = (),
) -> tuple[Narrative, ...]:
    """Find every justification that opens with one of the usual phrases, in reading order.

    Args:
        lines: the lines of the text.
        runs: the numbers of the table in it.
        codes: the places of indicator codes (line, first and last column): they are no figures.
        stops: lines in which another row surely begins.
    """
    texts = [_without_table(line, number, runs) for number, line in enumerate(lines)]
    for number, begin, stop in codes:
        texts[number] = texts[number][:begin] + " " * (stop - begin) + texts[number][stop:]
    starts = [(n, m.start()) for n in range(len(texts)) for m in _starts(texts, n)]
    found = []
    for (line, column), following in itertools.zip_longest(starts, starts[1:]):
        last, stop = _end(lines, texts, (line, column), following, stops)
        found.append(_narrative(lines, texts, (line, column), (last, stop)))
    return tuple(found)


def _starts(texts: Sequence[str], number: int) -> Iterator[re.Match[str]]:
    """The openings of justifications in a line; some tell only with the words of the next one."""
    last = -100
    text = texts[number]
    for match in _QUARTER_START.finditer(" ".join(texts[number : number + 2])):
        if match.start() >= len(text):
            return
        # "Meta Trimestral: De 130 ..." and "Meta Trimestral: Se obtiene ..." open one justification, not two.
        if match.start() - last > 40:
            yield match
        last = match.end()


def _without_table(line: Cell, number: int, runs: Sequence[Run]) -> str:
    """The line's text with the numbers of the table blanked out, so that places stay true."""
    assert line.span is not None
    text = list(line.text)
    for run in runs:
        if run.first <= number <= run.last:
            for token in run.tokens:
                start = token.start - line.span.start
                if 0 <= start < len(text):
                    text[start : start + len(token.text)] = " " * len(token.text)
    blanked = "".join(text)
    return re.sub(
        r"UNIDAD\s*DE\s*MEDIDA\s*DE\s*L\w*|INDICADOR:\s*Porcentaje|INDICADOR:|VARIABLES:",
        lambda m: " " * len(m.group()),
        blanked,
    )


def _end(
    lines: Sequence[Cell],
    texts: Sequence[str],
    start: tuple[int, int],
    following: tuple[int, int] | None,
    stops: Collection[int],
) -> tuple[int, int]:
    """The last line of a justification and where it stops there.

    One that has its lines for itself ends where another column's labels begin.
    """
    line, column = start
    last, stop = line, len(texts[line])
    alone = not texts[line][:column].strip()
    for number in range(line, min(len(lines), line + _MOST_LINES)):
        if following is not None and number >= following[0]:
            # In one line the next may begin only behind this one, where the columns were not torn.
            return (number, following[1]) if number == line else (last, stop)
        if lines[number].page != lines[line].page or _SIGNATURE.match(texts[number]):
            break
        if number > line and number in stops:
            break
        if alone and number > line and _LABEL.match(lines[number].text):
            break
        last, stop = number, len(texts[number])
    return last, stop


def _narrative(lines: Sequence[Cell], texts: Sequence[str], start: tuple[int, int], end: tuple[int, int]) -> Narrative:
    parts: list[tuple[str, int]] = []
    for number in range(start[0], end[0] + 1):
        a = start[1] if number == start[0] else 0
        b = end[1] if number == end[0] else len(texts[number])
        span = lines[number].span
        assert span is not None
        parts.append((texts[number][a:b], span.start + a))
    text = " ".join(part for part, _ in parts)
    places: list[int] = []
    for part, offset in parts:
        places.extend(range(offset, offset + len(part)))
        places.append(offset + len(part))
    flat = plain(text)
    cut = _YEAR_START.search(flat)
    middle = cut.start() if cut else len(flat)
    page = lines[start[0]].page
    quarter = _claim(text, flat, 0, middle, places, page)
    year = _claim(text, flat, middle, len(flat), places, page)
    return Narrative(start[0], end[0], page, start[1], " ".join(text.split()), quarter, year)


def _claim(text: str, flat: str, begin: int, end: int, places: Sequence[int], page: int) -> Claim:
    counts: list[tuple[Token, int]] = []
    percents: list[Token] = []
    for match in _NUMBER.finditer(text, begin, end):
        token = _token(match, places, page)
        if token is None:
            continue
        if token.sort is Sort.PERCENT:
            percents.append(token)
        elif not _is_time(flat, match.start(), token):
            counts.append((token, _goal_worth(flat, match.start(), match.start() + len(token.text), end)))
    pct = percents[0] if percents else None
    counts = _without_names(counts, flat, places)
    achieved, goal = _best_pair(counts[:5], pct)
    none = _NONE.search(flat, begin, end)
    if achieved is None and goal is not None and none is not None:
        start = places[none.start()]
        achieved = Token(
            text[none.start() : none.end()], start, start + none.end() - none.start(), page, Sort.COUNT, 0.0, False
        )
    return Claim(achieved, goal, pct)


def _token(match: re.Match[str], places: Sequence[int], page: int) -> Token | None:
    raw = match.group().rstrip()
    percent = raw.endswith(("%", "ciento"))
    number = re.sub(r"\s?(?:%|por ciento)$", "", raw).rstrip(".,")
    sort, value, exact = classify(number.replace(" ", ".").replace("O", "0") + ("%" if percent else ""))
    if value is None:
        return None
    sort = Sort.COUNT if sort is Sort.WEAK else sort
    start = places[match.start()]
    return Token(
        number, start, start + len(number), page, sort, value, exact and "O" not in number and " " not in number
    )


def _without_names(counts: list[tuple[Token, int]], flat: str, places: Sequence[int]) -> list[tuple[Token, int]]:
    """Leave out numbers that are part of a name, as in "Ley 3 de 3", "la línea 070", "de 65 años"."""
    index = {offset: n for n, offset in enumerate(places)}
    kept = []
    for token, worth in counts:
        start = index[token.start]
        end = start + len(token.text)
        same = rf"{re.escape(token.text)}\s+de\s+{re.escape(token.text)}(?!\d)"
        twice = re.match(same, flat[start:]) or re.search(rf"(?<!\d){same}$", flat[:end])
        if not (twice or re.match(r"0\d", token.text) or re.match(r"\s+a[nñ]os\b", flat[end:])):
            kept.append((token, worth))
    return kept or counts


def _is_time(flat: str, start: int, token: Token) -> bool:
    year = re.fullmatch(r"(?:199|20[0-4])\d", token.text) is not None
    return year and bool(_TIME.search(flat[max(0, start - 24) : start]))


def _goal_worth(flat: str, start: int, end: int, limit: int) -> int:
    """How much the words around a number speak for a goal rather than for what was achieved."""
    before, after = flat[max(0, start - 26) : start], flat[end:limit]
    worth = 0
    worth += 3 * bool(_AGAINST.search(before))
    worth += 2 * bool(_TOTAL.search(before))
    worth += 1 * bool(_OF.search(before))
    worth += 2 * bool(_PLANNED.search(after))
    return worth


def _best_pair(counts: Sequence[tuple[Token, int]], pct: Token | None) -> tuple[Token | None, Token | None]:
    best: tuple[float, Token | None, Token | None] = (0.0, None, None)
    fitting: dict[tuple[float | None, float | None], float] = {}
    for (a, a_worth), (g, g_worth) in itertools.permutations(counts, 2):
        fits = quotient_fits(a.value, g.value, pct.value if pct else None)
        worth = 4.0 * fits + g_worth - 0.8 * a_worth + (0.5 if a.start < g.start else 0.0)
        if fits:
            fitting[a.value, g.value] = max(worth, fitting.get((a.value, g.value), worth))
        if worth > best[0]:
            best = (worth, a, g)
    rivals = sorted(fitting.values())[-2:]
    if len(rivals) == 2 and rivals[1] - rivals[0] < 2:
        return None, None  # "57 informes de la Ley 3 de 3": two pairs make the same percentage
    if best[1] is None and len(counts) == 1:
        token, worth = counts[0]
        return (None, token) if worth >= 2 else (token, None)
    return best[1], best[2]
