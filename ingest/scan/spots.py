"""Places on a page that are read: their lines, every engine's reading of them, and the cells that these make.

Here belongs the choice among readings of one place. Not here: where places are, what a column means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ingest.cells import RULES, Box, Cell, Opinion
from ingest.readers.digital_pdf import UNSURE
from ingest.scan.engine import MOBILE, SMALL, TINY, Gray, Recognition, Recognizer, load
from ingest.scan.ink import depth
from ingest.scan.lexicon import sense
from ingest.scan.lines import Paper, Pixels, TextLine
from ingest.scan.orient import Upright
from ingest.scan.spaces import spaced
from ingest.scan.tesseract import tesseract

HIDDEN_TEXT = "hidden text"
"""The engine of an opinion that a page's hidden text layer gives."""

_LOOSE = str.maketrans("", "", " ()")
_ON_END = 1.05  # times as high as wide: a cell whose text may stand on end
_NARROW = 6  # times the usual height of type: in a wider cell nobody sets a text on end
_WORD = 2  # letters
_TRIM = 0.09  # of the height of a crop, above and below
_LEAST_VOTE = 0.1
_BLANK = 0.67  # of the readings of a stamped place: where more are blank, what the others see is of the stamp
_NO_SENSE = 0.2  # what a reading without a word of the language is worth beside one of words only
_LARGER, _FAINTER = 1.35, 0.75  # times the type, and the depth, of the longest line of a text: words of a stamp
_WORTH = {SMALL.name: 3.0}  # on texts that were doubted it errs half as often as the first

Hidden = Callable[[Box], str]
"""Gives what the hidden text layer of a page says inside a box."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The models to ask: `first` for everything, `second` for figures and doubts, `third` where those two differ.

    `others` give their opinions there, too.
    """

    first: Recognizer
    second: Recognizer
    third: Recognizer
    others: tuple[Recognizer, ...] = ()


@dataclass(slots=True)
class Spot:
    """A place to read: its box in upright pixels, its lines, and what was read of each line, by engine.

    `blotted`: a stamp, a signature or a blot lies over it; `cut`: its print runs into a rule, or stands
    off the axis of its column; `coloured`: ink of a colour was lifted off it.
    """

    box: Pixels
    lines: list[TextLine]
    read: dict[str, list[Recognition]] = field(default_factory=dict)
    blotted: bool = False
    cut: bool = False
    coloured: bool = False

    def said(self, engine: str) -> str:
        """Give what an engine reads here, line by line."""
        return "\n".join(r.text for r in self.read[engine] if r.text)

    def figure(self, engine: str) -> str:
        """Give what an engine reads here if it must be a figure."""
        return "".join(r.figure for r in self.read[engine])

    def confidence(self, engine: str, *, figure: bool) -> float:
        """Give how sure an engine is of the character that it is least sure of, 0 to 1."""
        sure = [r.figure_confidence if figure else r.confidence for r in self.read[engine]]
        return min(sure, default=1.0)


def engines(threads: int = 1) -> Engines:
    """Load the models, once in a process, to run on so many `threads`."""
    also = tesseract()
    return Engines(load(TINY, threads), load(SMALL, threads), load(MOBILE, threads), (also,) if also else ())


def ask_lines(engine: Recognizer, spots: Sequence[Spot]) -> None:
    """Let an engine read every line of `spots` that it has not read yet, in one go."""
    new = [s for s in spots if engine.name not in s.read]
    answers = iter(engine.read([line.crop for s in new for line in s.lines]))
    for spot in new:
        spot.read[engine.name] = [spaced(next(answers), line.crop) for line in spot.lines]


def ask_closer(engine: Recognizer, spots: Sequence[Spot]) -> None:
    """Let an engine read every line of `spots` once more, cut closer about the figures: these have no long tails."""
    name = f"{engine.name}, closer"
    new = [s for s in spots if name not in s.read]
    answers = iter(engine.read([_closer(line.crop) for s in new for line in s.lines]))
    for spot in new:
        spot.read[name] = [next(answers) for _ in spot.lines]


def _closer(crop: Gray) -> Gray:
    trim = round(_TRIM * crop.shape[0])
    return crop[trim : crop.shape[0] - trim] if crop.shape[0] > 4 * trim else crop


def turn_standing(engine: Recognizer, paper: Paper, spots: Sequence[Spot]) -> None:
    """Read cells whose text stands on end, where that makes more of them than reading them level.

    Words stand on end, figures never do: a 9 that is turned reads as a 6, as surely as any.
    """
    crops: list[tuple[Spot, Gray, Gray]] = []
    for spot in spots:
        high, wide = spot.box[3] - spot.box[1], spot.box[2] - spot.box[0]
        if high > _ON_END * wide and wide < _NARROW * paper.size and (both := paper.standing(spot.box)):
            crops.append((spot, *both))
    answers = engine.read([c for _, a, b in crops for c in (a, b)])
    for number, (spot, up, down) in enumerate(crops):
        pair = answers[2 * number : 2 * number + 2]
        best = max((0, 1), key=lambda i: len(pair[i].text) * pair[i].confidence)
        level = spot.read[engine.name]
        if sum(c.isalpha() for c in pair[best].text) < _WORD:
            continue
        if pair[best].confidence * len(pair[best].text) > sum(r.confidence * len(r.text) for r in level):
            spot.lines = [TextLine(spot.box, spot.box[3], (up, down)[best])]
            spot.read = {engine.name: [pair[best]]}


def figure_cell(page: Upright, spot: Spot, texts: dict[str, str], hidden: Hidden | None) -> Cell:
    """Make the cell of a figure: the reading that most engines share, counted by how sure they are of it.

    Its confidence is `UNSURE` under a stamp, where a rule may hide a digit, and where several figures may stand in one
    cell. Under a stamp a reading of nothing is none, unless most are: what is blank there cannot be told.
    """
    sure = {e: spot.confidence(e, figure=True) for e in texts}
    weights: dict[str, float] = {}
    for engine, text in texts.items():
        if text or not spot.blotted:
            weights[text] = weights.get(text, 0.0) + max(_LEAST_VOTE, sure[engine])
    text = max(weights, key=lambda t: weights[t]) if weights else ""
    if spot.blotted and sum(not t for t in texts.values()) > _BLANK * len(texts):
        text = ""
    best = max((e for e in texts if texts[e] == text), key=lambda e: sure[e])
    opinions = [Opinion(t, e, sure[e]) for e, t in texts.items()]
    box = _box(page, spot)
    said = hidden(page.box(*spot.box)) if hidden is not None else ""
    if said:
        opinions.append(Opinion(said, HIDDEN_TEXT))
    confidence = UNSURE if spot.blotted or spot.cut or _is_several(spot) else sure[best]
    return Cell(text, page.number, box, confidence=confidence, engine=best, opinions=tuple(opinions))


def _is_several(spot: Spot) -> bool:
    """Tell whether each line of a cell is a figure of its own, and none goes on in the next."""
    return any(
        sum(any(c.isdigit() for c in r.text) for r in read) > 1 and not any(r.text.endswith((",", ".")) for r in read)
        for read in spot.read.values()
    )


def text_cell(page: Upright, spot: Spot, ask: Engines) -> Cell:
    """Make the cell of a text: of each of its lines the surer reading, but for lines of a stamp over it.

    It is as sure as all lines are: what stood under those of the stamp may be lost.
    """
    if not spot.lines:
        confidence = UNSURE if spot.blotted else None
        return Cell("", page.number, page.box(*spot.box), confidence=confidence, engine=ask.first.name)
    names, printed = list(spot.read), _printed(spot, ask.first.name)
    if len(names) == 1:
        text = "\n".join(r.text for r, is_own in zip(spot.read[names[0]], printed, strict=True) if r.text and is_own)
        sure = spot.confidence(names[0], figure=False)
        return Cell(text, page.number, _box(page, spot), confidence=sure, engine=names[0])
    best = [_better(readings, names) for readings in zip(*spot.read.values(), strict=True)]
    engine = max(names, key=lambda e: sum(r is b for r, b in zip(spot.read[e], best, strict=True)))
    opinions = tuple(Opinion(spot.said(e), e, spot.confidence(e, figure=False)) for e in names)
    text = "\n".join(r.text for r, is_own in zip(best, printed, strict=True) if r.text and is_own)
    sure = min(r.confidence for r in best)
    return Cell(text, page.number, _box(page, spot), confidence=sure, engine=engine, opinions=opinions)


def _printed(spot: Spot, engine: str) -> list[bool]:
    """Tell of each line of a text whether it is print: words of a stamp are fainter or larger than what is printed."""
    if not spot.blotted or len(spot.lines) == 1 or len(spot.read[engine]) != len(spot.lines):
        return [True] * len(spot.lines)
    letters = [sum(c.isalnum() for c in r.text) for r in spot.read[engine]]
    depths = [depth(line.crop) for line in spot.lines]
    longest = max(range(len(letters)), key=lambda n: letters[n])
    high, dark = len(spot.lines[longest].crop), depths[longest]
    return [
        len(line.crop) < _LARGER * high and deep > _FAINTER * dark
        for line, deep in zip(spot.lines, depths, strict=True)
    ]


def reworded(cell: Cell, text: str) -> Cell:
    """Give a cell whose text the rules of the format made of what was read; that stays among its opinions."""
    read = cell.opinions or (Opinion(cell.text, cell.engine, cell.confidence),)
    return replace(cell, text=text, engine=RULES, opinions=read)


def _better(readings: Sequence[Recognition], names: Sequence[str]) -> Recognition:
    """Give the reading of a line that is likeliest to be right: by the model, how sure it is, and the sense it makes.

    Of those that differ in spaces and brackets only, the one that has more of them is taken.
    """
    longest = max(len(r.text) for r in readings)
    best = max(
        zip(readings, names, strict=True),
        key=lambda r: r[0].confidence * _WORTH.get(r[1], 1.0) * (_NO_SENSE + max(0, sense(r[0].text)) / (longest or 1)),
    )[0]
    same = [r for r in readings if r.text.translate(_LOOSE) == best.text.translate(_LOOSE)]
    return max(same, key=lambda r: len(r.text))


def _box(page: Upright, spot: Spot) -> Box:
    boxes = [line.box for line in spot.lines]
    return page.box(
        min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
    )


def in_order(spots: Sequence[Spot]) -> list[Spot]:
    """Give lines from the top; those that stand side by side from the left."""
    rows: list[list[Spot]] = []
    for spot in sorted(spots, key=lambda s: s.box[3]):
        if rows and spot.box[3] - rows[-1][0].box[3] < 0.4 * (spot.box[3] - spot.box[1]):
            rows[-1].append(spot)
        else:
            rows.append([spot])
    return [s for row in rows for s in sorted(row, key=lambda s: s.box[0])]


def merged(box: Pixels, spots: Sequence[Spot], ask: Engines) -> Spot:
    """Make one place of the pieces of text that share a cell."""
    ordered = in_order(spots)
    lines = [line for s in ordered for line in s.lines]
    return Spot(box, lines, {ask.first.name: [r for s in ordered for r in s.read[ask.first.name]]})
