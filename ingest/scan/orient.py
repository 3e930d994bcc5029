"""Turning a page upright: quarter turns, upside down, and skew, with the way back to the page as displayed.

Here belongs which way up the text of a page stands. Not here: what the text is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ingest.cells import Box
from ingest.scan.engine import Gray, Recognizer
from ingest.scan.ink import Mask, components, ink
from ingest.scan.page import PageImage

Matrix = npt.NDArray[np.float64]

_LOOK = 100.0 / 72.0  # pixels a point: enough to see lines of text
_MOST_SKEW = 6.0  # degrees
_LEAST_SKEW = 0.02
_ROUND, _ROUNDS = 4, 4  # so many lines are read at a time, to tell what is up, and so often at most
_CLEAR, _ENOUGH = 0.4, 30.0  # a share of the characters, and characters, that settle it
_LINE = 130  # pixels at that resolution: more of a line tells no more
_LETTERS = (2, 14)  # pixels at that resolution: the height of letters of 3 to 14 points


@dataclass(frozen=True, slots=True)
class Upright:
    """A page turned upright: its grey pixels, pixels a point, and the affine way back to the page as displayed.

    `turn` is by how many degrees, clockwise, the page as displayed is turned; `skew` what was left after that.
    `lifted` is the page without its coloured ink, where it has any.
    """

    number: int
    pixels: Gray
    scale: float
    back: Matrix
    turn: int
    skew: float
    lifted: Gray | None = None

    def box(self, x0: float, top: float, x1: float, bottom: float) -> Box:
        """Give a rectangle of upright pixels as a box in points on the page as displayed."""
        corners = np.array([[x0, top, 1], [x1, top, 1], [x1, bottom, 1], [x0, bottom, 1]]) @ self.back.T
        (left, up), (right, down) = corners.min(axis=0), corners.max(axis=0)
        return Box(float(left), float(up), float(right), float(down))


def upright(page: PageImage, reader: Recognizer) -> Upright:
    """Turn a page so that its text stands upright and level. `reader` is asked where up and down look alike."""
    shrink = _LOOK / page.scale
    small = np.asarray(cv2.resize(page.pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    turn = _turn(small, page, reader)
    turned = _rotated(page.pixels, turn)
    skew = _skew(_off_the_edges(ink(_rotated(small, turn), 31)))
    pixels, way = _levelled(turned, skew)
    back = np.diag([1 / page.scale, 1 / page.scale]) @ _unturned(turn, page.pixels.shape) @ np.vstack([way, [0, 0, 1]])
    lifted = None if page.lifted is None else _levelled(_rotated(page.lifted, turn), skew)[0]
    return Upright(page.number, pixels, page.scale, back[:2], turn, skew, lifted)


def _rotated(pixels: Gray, turn: int) -> Gray:
    """Undo a clockwise turn of `turn` degrees."""
    return np.ascontiguousarray(np.rot90(pixels, k=turn // 90))


def _unturned(turn: int, shape: Sequence[int]) -> Matrix:
    """Give the matrix from pixels after `_rotated` to pixels before, continuous coordinates."""
    height, width = shape[0], shape[1]
    ways = {
        0: [[1, 0, 0], [0, 1, 0]],
        90: [[0, -1, width], [1, 0, 0]],
        180: [[-1, 0, width], [0, -1, height]],
        270: [[0, 1, 0], [-1, 0, height]],
    }
    return np.array(ways[turn], float)


def _levelled(pixels: Gray, skew: float) -> tuple[Gray, Matrix]:
    if abs(skew) < _LEAST_SKEW:
        return pixels, np.array([[1.0, 0, 0], [0, 1, 0]])
    height, width = pixels.shape
    way = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
    level = cv2.warpAffine(
        pixels, way, (width, height), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(level, np.uint8), np.asarray(way, float)


def _turn(small: Gray, page: PageImage, reader: Recognizer) -> int:
    """Give by how many degrees, clockwise, the text is turned: lying or standing by its lines, then by a vote."""
    mask = _letters(ink(small, 31))
    lying = _lines(mask)
    standing = _lines(np.ascontiguousarray(np.rot90(mask)))
    first = 0 if sum(w for _, _, w, _ in lying) >= sum(w for _, _, w, _ in standing) else 90
    boxes = lying if first == 0 else standing
    if not boxes:
        return 0
    pixels = _rotated(page.pixels, first)
    longest = sorted(boxes, key=lambda b: -b[2])[: _ROUNDS * _ROUND]
    crops = [_crop(pixels, box, page.scale / _LOOK) for box in longest]
    return first if _stand_upright(crops, reader) else first + 180


def _stand_upright(crops: Sequence[Gray], reader: Recognizer) -> bool:
    """Tell whether lines of text read better as they are than turned by half, asking only until that is clear."""
    upright = flipped = 0.0
    for start in range(0, len(crops), _ROUND):
        some = crops[start : start + _ROUND]
        upright += _read(some, reader)
        flipped += _read([np.ascontiguousarray(np.rot90(c, 2)) for c in some], reader)
        if abs(upright - flipped) > _CLEAR * (upright + flipped) and upright + flipped > _ENOUGH:
            break
    return upright >= flipped


def _read(crops: Sequence[Gray], reader: Recognizer) -> float:
    """Give how many characters are read, each counted by how sure its line is."""
    return sum(r.confidence * len(r.text) for r in reader.read(crops))


def _crop(pixels: Gray, box: tuple[int, int, int, int], scale: float) -> Gray:
    (x, y, w, h), margin = box, 2
    w = min(w, _LINE)
    rows = slice(max(0, int((y - margin) * scale)), int((y + h + margin) * scale))
    return pixels[rows, max(0, int((x - margin) * scale)) : int((x + w + margin) * scale)]


def _letters(mask: Mask) -> Mask:
    """Give the ink that could be letters: rules, stamps and specks taken out."""
    labels, stats = components(mask)
    least, most = _LETTERS
    keep = np.zeros(len(stats), np.uint8)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    longer, shorter = np.maximum(wide, high), np.minimum(wide, high)
    keep[(longer >= least) & (shorter <= most) & (longer <= 6 * most)] = 1
    keep[0] = 0
    kept: Mask = keep[labels]
    return kept


def _lines(letters: Mask) -> list[tuple[int, int, int, int]]:
    """Give (x, y, width, height) of what becomes long and low when letters are smeared along the lines."""
    smeared = cv2.morphologyEx(letters, cv2.MORPH_CLOSE, np.ones((1, 9), np.uint8))
    smeared = cv2.morphologyEx(smeared, cv2.MORPH_OPEN, np.ones((2, 9), np.uint8))
    _, stats = components(smeared, connectivity=4)
    found = []
    for number in range(1, len(stats)):
        x, y, w, h, _ = (int(v) for v in stats[number])
        if w > 5 * h and _LETTERS[0] < h <= 1.5 * _LETTERS[1] and w < 0.5 * letters.shape[1]:
            found.append((x, y, w, h))
    return found


def _off_the_edges(mask: Mask) -> Mask:
    """Give the ink that hangs together with no edge: the dark edges of a copy are level, however its page lay."""
    labels, stats = components(mask)
    x, y, w, h = (stats[:, i] for i in range(4))
    inside = (x > 0) & (y > 0) & (x + w < mask.shape[1]) & (y + h < mask.shape[0])
    kept: Mask = inside.astype(np.uint8)[labels]
    return kept


def _skew(mask: Mask) -> float:
    """Give the angle of the lines in degrees, positive where they climb to the right.

    Sheared by the right angle, ink gathers in rows: the sum of the squares of the rows is largest.
    """
    y, x = np.nonzero(mask)
    if len(x) < 200:
        return 0.0
    if len(x) > 150_000:
        some = np.random.default_rng(0).choice(len(x), 150_000, replace=False)
        x, y = x[some], y[some]
    x = x - mask.shape[1] / 2

    def sharpness(angle: float) -> float:
        rows = (y + x * np.tan(np.radians(angle)) + mask.shape[1]).astype(np.int32)
        return float(np.square(np.bincount(rows), dtype=float).sum())

    centre, reach, step = 0.0, _MOST_SKEW, 0.25
    while step > 0.005:
        angles = np.arange(centre - reach, centre + reach + step / 2, step)
        centre = float(angles[int(np.argmax([sharpness(a) for a in angles]))])
        reach, step = step, step / 5
    return centre
