"""Rings of stamps on a grey page: they are found by their shape, an ellipse, and what they add is taken off.

A ring ties the letters that it crosses to each other, so that whole lines are taken for a blot. Print on it is darker
than the ring and stays. Here belongs this. Not here: marks of a colour (`colour`), figures under what is left of a
stamp (`stamps`), streaks and rules (`rules`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from ingest.scan.engine import Gray
from ingest.scan.ink import Mask, components

Points = npt.NDArray[np.float64]

_LEAST, _MOST = 2.5, 25.0  # type sizes: the sides of what may be a ring
_THIN = 0.4  # of its box is filled by an arc, at most
_MANY = 12  # pieces of ink that may be arcs: the largest are looked at
_TRIES, _SAMPLE = 200, 500  # ellipses through five pixels, and the pixels that choose among them
_ROUND = 0.35  # times as wide as long: no stamp is flatter
_ON, _CLOSE = 1.5, 3.0  # pixels: what is no farther from an ellipse is on it; may be
_ROUGH = 0.08  # of its half axis: the ellipse through an arc is no farther from its ring
_LONG, _RULE = 6, 9  # type sizes that a rule is long, at least; pixels that it is thick, at most
_COVERED = 0.75  # of an ellipse is inked, to make it a ring
_INSIDE, _SEEN = 0.5, 0.4  # of the half axis: so deep inside a ring another is; so much of it is inked, at first
_REACH = 8  # pixels from the middle of its stroke that a ring is broad, at most
_PAPER = 1.5  # type sizes: there is paper within it, whatever is printed
_FAINTER = 0.85  # of the depth of print: a darker ring cannot be told from what it crosses
_OVER, _GRAIN = 0.1, 8.0  # of the depth of print, and grey levels, that print is darker than a ring, at least
_DARK = 5  # percent of the ink of a page are as dark as its print


@dataclass(frozen=True, slots=True)
class Ring:
    """An ellipse: its middle, its half axes and its angle in radians."""

    x: float
    y: float
    a: float
    b: float
    angle: float

    def distances(self, points: Points) -> Points:
        """Give how far points are from the ellipse, nearly, negative inside."""
        c, s = np.cos(self.angle), np.sin(self.angle)
        dx, dy = points[:, 0] - self.x, points[:, 1] - self.y
        u, v = (c * dx + s * dy) / self.a, (c * dy - s * dx) / self.b
        value = u * u + v * v - 1
        slope = 2 * np.hypot(u / self.a, v / self.b)
        return np.asarray(value / np.maximum(slope, 1e-9))

    def outline(self) -> Points:
        """Give points along the ellipse, about a pixel apart."""
        t = np.linspace(0, 2 * np.pi, round(6.5 * max(self.a, self.b)), endpoint=False)
        u, v = self.a * np.cos(t), self.b * np.sin(t)
        c, s = np.cos(self.angle), np.sin(self.angle)
        return np.column_stack([self.x + c * u - s * v, self.y + s * u + c * v])


def without_rings(pixels: Gray, mask: Mask, size: float) -> Gray:
    """Give a page without the rings that stand on it; the page itself where there are none.

    `mask` is the ink of the page, `size` that of its type.
    """
    inked = pixels[mask > 0]
    depth = float(np.median(pixels)) - float(np.percentile(inked, _DARK)) if inked.size else 0.0
    rings = list(_rings(mask, size))
    lifted = pixels.copy() if rings else pixels
    for ring in rings:
        _lift(lifted, ring, size, depth)
    return lifted


def _rings(mask: Mask, size: float) -> Iterator[Ring]:
    """Find the rings on a page, the largest piece of ink first."""
    free = _without_rules(mask, size)
    labels, stats = components(free)
    x, y, w, h, area = stats.T
    longest = np.maximum(w, h)
    may = (longest >= _LEAST * size) & (longest <= _MOST * size) & (np.minimum(w, h) >= size) & (area < _THIN * w * h)
    may[0] = False
    chance = np.random.default_rng(0)
    for number in sorted(np.flatnonzero(may), key=lambda n: -area[n])[:_MANY]:
        part = labels[y[number] : y[number] + h[number], x[number] : x[number] + w[number]] == number
        down, right = np.nonzero(part)
        points = np.column_stack([right + x[number], down + y[number]]).astype(float)
        if not (free[points[:, 1].astype(int), points[:, 0].astype(int)]).mean() > 0.5:
            continue  # of a ring that was found
        ring = _through(points, size, chance)
        ring = _fitted(ring, free, size) if ring is not None else None
        if ring is not None and _coverage(ring, mask) >= _COVERED:
            _erase(free, ring)
            yield ring
            inner = _within(ring, free, size)
            if inner is not None:
                _erase(free, inner)
                yield inner


def _without_rules(mask: Mask, size: float) -> Mask:
    """Give ink without long strokes across the page, but where others cross them."""
    across = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, round(_LONG * size)), np.uint8))
    rules = cv2.dilate(across, np.ones((3, 1), np.uint8)) > 0
    free = np.asarray(np.where(rules, 0, mask), np.uint8)
    crossed = cv2.morphologyEx(free, cv2.MORPH_CLOSE, np.ones((_RULE, 1), np.uint8))
    return np.asarray(np.where(rules, crossed, free), np.uint8)


def _through(points: Points, size: float, chance: np.random.Generator) -> Ring | None:
    """Give the ellipse that most of the points are on."""
    sample = points[chance.choice(len(points), min(_SAMPLE, len(points)), replace=False)]
    middle = points.mean(axis=0)
    fives = sample[chance.integers(0, len(sample), (_TRIES, 5))] - middle
    conics = np.linalg.svd(_terms(fives))[2][:, -1]
    x, y = (sample - middle).T
    a, b, c, d, e, _ = (conics[:, n, None] for n in range(6))
    slope = np.hypot(2 * a * x + b * y + d, b * x + 2 * c * y + e)
    on = (np.abs(conics @ _terms(sample - middle).T) < _ON * slope).sum(axis=1)
    likeliest = (_ellipse(conics[n], middle) for n in np.argsort(-on))
    return next((ring for ring in likeliest if ring is not None and _is_like(ring, size)), None)


def _terms(points: Points) -> Points:
    x, y = points[..., 0], points[..., 1]
    return np.stack([x * x, x * y, y * y, x, y, np.ones_like(x)], axis=-1)


def _ellipse(conic: Points, middle: Points) -> Ring | None:
    """Give the ellipse of a conic about `middle`; None where it is none."""
    a, b, c, d, e, f = conic
    form = np.array([[a, b / 2], [b / 2, c]])
    if np.linalg.det(form) <= 1e-12:
        return None
    at = -np.linalg.solve(form, np.array([d, e])) / 2
    rest = -(f + (d * at[0] + e * at[1]) / 2)
    values, vectors = np.linalg.eigh(form)
    if (rest / values <= 0).any():
        return None
    axes = np.sqrt(rest / values)
    x, y = middle + at
    return Ring(x, y, axes[0], axes[1], float(np.arctan2(vectors[1, 0], vectors[0, 0])))


def _is_like(ring: Ring, size: float) -> bool:
    small, large = sorted((ring.a, ring.b))
    return small >= _ROUND * large and _LEAST * size <= 2 * large <= _MOST * size


def _fitted(ring: Ring, mask: Mask, size: float) -> Ring | None:
    """Give the ellipse that fits the ink near a first one best."""
    reach = max(ring.a, ring.b) + _REACH
    top, left = max(0, round(ring.y - reach)), max(0, round(ring.x - reach))
    down, right = np.nonzero(mask[top : round(ring.y + reach) + 1, left : round(ring.x + reach) + 1])
    points = np.column_stack([right + left, down + top]).astype(float)
    for near in (_ROUGH * max(ring.a, ring.b), 2 * _CLOSE, _CLOSE, _ON, _ON):
        mine = points[np.abs(ring.distances(points)) < near]
        if len(mine) < 50:
            return None
        (x, y), (wide, high), angle = cv2.fitEllipseDirect(mine.astype(np.float32))
        ring = Ring(x, y, max(wide / 2, 1.0), max(high / 2, 1.0), float(np.radians(angle)))
        if not _is_like(ring, size):
            return None
    return ring


def _within(ring: Ring, mask: Mask, size: float) -> Ring | None:
    """Give the ring that runs inside of another, as stamps of offices have it."""
    least = min(ring.a, ring.b)
    closer = [replace(ring, a=ring.a - by, b=ring.b - by) for by in np.arange(_REACH / 2, _INSIDE * least, 0.5)]
    best = max(closer, key=lambda r: _coverage(r, mask), default=None)
    inner = _fitted(best, mask, size) if best is not None and _coverage(best, mask) >= _SEEN else None
    return inner if inner is not None and _coverage(inner, mask) >= _COVERED else None


def _coverage(ring: Ring, mask: Mask) -> float:
    """Give the share of an ellipse that is inked."""
    height, width = mask.shape
    x, y = np.rint(ring.outline()).astype(int).T
    inside = (x >= 1) & (x < width - 1) & (y >= 1) & (y < height - 1)
    x, y = x[inside], y[inside]
    return float((mask[y, x] > 0).sum()) / max(1, len(inside))


def _erase(mask: Mask, ring: Ring) -> None:
    outline = np.rint(ring.outline()).astype(np.int32)
    cv2.polylines(mask, [outline], isClosed=True, color=0, thickness=_REACH + 1)


def _lift(pixels: Gray, ring: Ring, size: float, print_depth: float) -> None:
    """Make paper of what a ring adds to a page; what is darker than the ring is print on it."""
    reach = max(ring.a, ring.b) + _REACH
    top, left = max(0, round(ring.y - reach)), max(0, round(ring.x - reach))
    part = pixels[top : round(ring.y + reach) + 1, left : round(ring.x + reach) + 1]
    down, right = np.indices(part.shape)
    points = np.column_stack([right.ravel() + left, down.ravel() + top]).astype(float)
    far = ring.distances(points).reshape(part.shape)
    broad = round(_PAPER * size) | 1
    brightest = cv2.morphologyEx(part, cv2.MORPH_CLOSE, np.ones((broad, broad), np.uint8)).astype(np.float32)
    depth = brightest - part
    at = np.rint(far).astype(int)
    added = {n: float(np.median(depth[at == n])) for n in range(-_REACH, _REACH + 1) if (at == n).any()}
    grain = min(added.values(), default=0.0)  # so much darker than the brightest of it is paper
    if max(added.values(), default=0.0) - grain > _FAINTER * print_depth:
        return
    over = np.full(part.shape, -1.0, np.float32)
    for n, mine in added.items():  # its edge is not even
        over[at == n] = max(mine, added.get(n - 1, 0.0), added.get(n + 1, 0.0)) - grain
    least = _OVER * print_depth + _GRAIN
    ring_only = (over > least / 2) & (depth - grain <= over + least)
    part[ring_only] = np.clip(brightest - grain, 0, 255)[ring_only]
