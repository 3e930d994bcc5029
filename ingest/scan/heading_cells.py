"""Cells of headings beside the columns below them: parted where a wall was lost, joined where a false rule parts them.

Here belongs which columns a heading stands over. Not here: what it says (`wording`, `neighbours`), the rules (`grid`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.cells import Cell, Placed
from ingest.profile import Profile
from ingest.scan import figures, wording
from ingest.scan.lines import Paper, Pixels
from ingest.scan.spots import Engines, Spot, ask_lines
from ingest.words import one_line

_TEXTS = (
    "level",
    "objective",
    "indicator",
    "unit",
    "units",
    "variable_unit",
    "frequency",
    "department",
    "justification",
)

_Pair = tuple[Placed, Spot]


def with_walls(
    paper: Paper, places: Sequence[Placed], spots: Sequence[Spot], body: int, ask: Engines, profile: Profile
) -> tuple[list[Placed], list[Spot]]:
    """Part headings of columns of figures between which a wall was lost, where each part means a measure of its own.

    So `Prog. Real.` over two columns is none of the two, and both.
    """
    kept = list(zip(places, spots, strict=True))
    heads = [pair for pair in kept if pair[0].row < body and pair[1].lines]
    for pair in heads:
        place = pair[0]
        if place.column_span == 1 or _is_parted(place, kept, body):
            continue
        boxes = list(_below(pair, kept, body, ask))
        parts = [Spot(box, paper.lines(box)) for box in boxes]
        if len(parts) != place.column_span or any(len(part.lines) != 1 for part in parts):
            continue
        ask_lines(ask.first, parts)
        ask_lines(ask.second, parts)
        cells = [replace(place, column=place.column + n, column_span=1) for n in range(place.column_span)]
        if _are_measures([_said(part, profile) for part in parts], cells[0], heads, profile):
            kept = [other for other in kept if other is not pair] + list(zip(cells, parts, strict=True))
    return _in_order(kept)


def _below(head: _Pair, pairs: Sequence[_Pair], body: int, ask: Engines) -> Iterator[Pixels]:
    """Give the part of a heading over each of its columns, where these hold figures (most do) or nothing."""
    place, (_, top, _, bottom) = head[0], head[1].box
    for column in range(place.column, place.column + place.column_span):
        mine = [s for p, s in pairs if p.row >= body and p.column == column and p.column_span == 1]
        printed = [figures.is_figure(said) for s in mine if (said := s.said(ask.first.name))]
        if mine and 2 * sum(printed) >= len(printed):
            yield mine[0].box[0], top, mine[0].box[2], bottom


def _said(spot: Spot, profile: Profile) -> str:
    """Give the reading of a heading with most words of the profile."""
    return max((wording.mended(spot.said(e), profile) for e in spot.read), key=lambda t: wording.known(t, profile))


def _are_measures(texts: Sequence[str], first: Placed, heads: Sequence[_Pair], profile: Profile) -> bool:
    above = wording.parent_of([p for p, _ in heads], first)
    over = next((_said(s, profile) for p, s in heads if p is above), "")
    meanings = {profile.meaning(f"{one_line(over)} / {text}") for text in texts}
    return None not in meanings and len(meanings) == len(texts)


def with_joined_groups(
    places: Sequence[Placed], spots: Sequence[Spot], parted: Sequence[tuple[Placed, Placed]]
) -> tuple[list[Placed], list[Spot]]:
    """Make one heading of that of a group and of the blank that a false rule parts from it."""
    gone = {(blank.row, blank.column) for _, blank in parted}
    wider = {(g.row, g.column): min(g.column, b.column) for g, b in parted}
    kept = [
        (replace(p, column=wider[at], column_span=p.column_span + 1) if at in wider else p, s)
        for p, s in zip(places, spots, strict=True)
        if (at := (p.row, p.column)) not in gone
    ]
    return _in_order(kept)


def without_false_columns(
    paper: Paper,
    places: Sequence[Placed],
    spots: Sequence[Spot],
    body: int,
    headings: dict[tuple[int, int], Cell],
    ask: Engines,
    profile: Profile,
) -> tuple[list[Placed], list[Spot]]:
    """Make one column of those below one heading of a text that nothing parts: a streak of the copier parts them.

    Figures are never joined: what stands below one heading there may be several.
    """
    kept = list(zip(places, spots, strict=True))
    for place, _ in list(kept):
        cell = headings.get((place.row, place.column))
        if place.column_span == 1 or place.row >= body or cell is None or _is_parted(place, kept, body):
            continue
        meaning = profile.meaning(cell.text)
        if meaning is None or meaning.field not in _TEXTS:
            continue
        last = place.column + place.column_span
        rows: dict[int, list[tuple[Placed, Spot]]] = {}
        for pair in kept:
            if (
                pair[0].row >= place.row
                and place.column <= pair[0].column
                and pair[0].column + pair[0].column_span <= last
            ):
                rows.setdefault(pair[0].row, []).append(pair)
        gone = {id(pair[0]) for mine in rows.values() for pair in mine}
        joined = [_joined(paper, mine, place.column) for mine in rows.values()]
        ask_lines(ask.first, [spot for _, spot in joined])
        kept = [pair for pair in kept if id(pair[0]) not in gone] + joined
    return _in_order(kept)


def _is_parted(head: Placed, places: Sequence[tuple[Placed, Spot]], body: int) -> bool:
    """Tell whether further headings stand below one, for parts of what it spans."""
    first, last = head.column, head.column + head.column_span
    return any(
        head.row < p.row < body and first <= p.column and p.column + p.column_span <= last and s.lines
        for p, s in places
    )


def _joined(paper: Paper, pieces: Sequence[tuple[Placed, Spot]], column: int) -> tuple[Placed, Spot]:
    place, spot = min(pieces, key=lambda p: p[0].column)
    if len(pieces) > 1:
        boxes = [s.box for _, s in pieces]
        x0, top, x1, bottom = zip(*boxes, strict=True)
        box = min(x0), min(top), max(x1), max(bottom)
        spot = Spot(box, paper.lines(box), blotted=any(s.blotted for _, s in pieces))
    return replace(place, column=column, column_span=1), spot


def _in_order(pairs: Sequence[_Pair]) -> tuple[list[Placed], list[Spot]]:
    ordered = sorted(pairs, key=lambda pair: (pair[0].row, pair[0].column))
    return [p for p, _ in ordered], [s for _, s in ordered]
