"""Ink and paper: which pixels of a grey page are darker than what surrounds them.

Here belongs the one way from grey to black and white, and from ink to the pieces that hang together. Not here: what
the ink is, letters (`lines`) or rules (`rules`).
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ingest.scan.engine import Gray

Mask = npt.NDArray[np.uint8]
"""Rows by columns, 1 where there is ink."""

_DARKER = 12  # grey levels: what differs less from its surroundings is paper
_SPREAD = 2.5  # of the usual difference between a pixel and its surroundings
_FAINT = 0.25  # of the difference of the darkest print of the page
_GRAIN = 4.0  # standard deviations of the grain of the paper: few of a page's millions of pixels exceed it
_APART = 4  # pixels: grain that far apart is independent
_DARK = 4  # percent of a crop are as dark as its print
_TO_DEVIATION = 1 / (0.6745 * 2**0.5)  # from the median difference of two pixels of paper to its standard deviation


def ink(pixels: Gray, around: int, darker: int = _DARKER) -> Mask:
    """Give 1 where a pixel is darker than its surroundings (a square of `around` pixels), by more than the noise."""
    soft = cv2.GaussianBlur(pixels, (3, 3), 0)
    mean = cv2.blur(soft, (around | 1, around | 1))
    below = cv2.subtract(mean, soft)
    # Most of a page is paper: half of it differs less from its surroundings than that.
    noise = float(np.median(cv2.absdiff(mean, soft)[::4, ::4]))
    contrast = float(np.percentile(below[::4, ::4], 99.5))
    # On a page with little print contrast tells nothing, and its grain would be taken for print.
    least = max(darker, _SPREAD * noise, _FAINT * contrast, _GRAIN * _grain(np.asarray(soft, np.uint8)))
    return (below > least).astype(np.uint8)


def _grain(soft: Gray) -> float:
    """Give the standard deviation of the grain of the paper, in grey levels."""
    if soft.shape[1] <= _APART:
        return 0.0
    differences = cv2.absdiff(np.ascontiguousarray(soft[::4, _APART:]), np.ascontiguousarray(soft[::4, :-_APART]))
    return float(np.median(differences)) * _TO_DEVIATION


def components(mask: npt.NDArray[Any], connectivity: int = 8) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Give the number of the piece that each pixel of ink belongs to, and x, y, width, height and area of each piece.

    Number 0 is the paper.
    """
    if not mask.size:
        return np.zeros(mask.shape, np.int32), np.zeros((1, 5), np.int32)
    # OpenCV's own choice of algorithm takes three times as long on a page, with the same outcome.
    _, numbers, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(mask, connectivity, cv2.CV_32S, cv2.CCL_GRANA)
    return np.asarray(numbers, np.int32), np.asarray(stats, np.int32)


def depth(crop: Gray) -> float:
    """Give how much darker than its paper the print of a crop is, in grey levels; 0 where the crop is empty."""
    return float(np.median(crop)) - float(np.percentile(crop, _DARK)) if crop.size else 0.0
