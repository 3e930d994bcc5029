"""Whatever an engine of recognition or a scan does, reading ends: with a reason, or without confirmed nonsense."""

from __future__ import annotations

import os
import random
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

pytest.importorskip("cv2")

import numpy as np
from PIL import Image, ImageDraw

from ingest.errors import NotAReportError, ReaderFailedError, TooCostlyError
from ingest.extract import read_document
from ingest.indicators import Quality
from ingest.interpret import interpret
from ingest.limits import ReadingLimits
from ingest.profile import load_profiles
from ingest.readers import scanned_pdf
from ingest.recognized import reconcile_recognized
from ingest.safely import SafeReader
from ingest.scan.engine import Gray, Recognition
from ingest.scan.page import image_pages
from ingest.scan.spots import Engines
from tests.pdfs import Manner, draw
from tests.reports import make_report
from tests.scans import scan
from tests.sheets import make_sheet

PROFILE = load_profiles()[0]
THIS = "tests.unit.test_scan_safety:read_badly"
QUICK = ReadingLimits(seconds=30, page_seconds=6, memory_mb=1500)


class Engine:
    """An engine of recognition that does with crops what it is told."""

    def __init__(self, do: Callable[[Sequence[Gray]], list[Recognition]], name: str = "bad") -> None:
        self.do, self.name = do, name

    def read(self, crops: Sequence[Gray]) -> list[Recognition]:
        return self.do(crops)


def crash(_: Sequence[Gray]) -> list[Recognition]:
    raise RuntimeError("the session is gone")


def hang(_: Sequence[Gray]) -> list[Recognition]:
    while True:
        time.sleep(0.1)


def die(_: Sequence[Gray]) -> list[Recognition]:
    os.abort()


def fall_short(_: Sequence[Gray]) -> list[Recognition]:
    return []


def garbage(crops: Sequence[Gray]) -> list[Recognition]:
    """Say something about each crop, surely, that depends on it and means nothing."""
    said = []
    for crop in crops:
        rng = random.Random(crop.tobytes()[:999])
        text = "".join(rng.choice("0123456789.,%| Ñáé(\x00\ud7ff") for _ in range(rng.randrange(12)))
        said.append(Recognition(text, 1.0, text, 1.0))
    return said


BAD = {f.__name__: f for f in (crash, hang, die, fall_short)}


def read_badly(path: Path, *, file: str, progress: Callable[[int, int], None]) -> object:
    """Read a scan with the engine that the file's name tells."""
    bad = Engine(BAD[path.stem])
    return scanned_pdf.read(path, file=file, progress=progress, ask=Engines(bad, bad, bad))


@pytest.fixture(scope="module")
def reader() -> Iterator[SafeReader]:
    made = SafeReader(THIS)
    yield made
    made.close()


def letter(path: Path) -> Path:
    image = Image.new("L", (900, 400), 255)
    for line in range(6):
        ImageDraw.Draw(image).text((60, 40 + 50 * line), "Informe trimestral de metas", fill=0, font_size=26)
    image.save(path, dpi=(200, 200))
    return path


@pytest.mark.parametrize(
    ("what", "error", "said"),
    [
        ("crash", ReaderFailedError, "the session is gone"),
        ("fall_short", ReaderFailedError, "the reader failed"),
        ("die", ReaderFailedError, "SIGABRT"),
        ("hang", TooCostlyError, "INDICADORES_MAX_PAGE_SECONDS"),
    ],
)
def test_an_engine_that_fails_costs_its_document_only(
    reader: SafeReader, tmp_path: Path, what: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        reader.read(letter(tmp_path / f"{what}.png"), limits=QUICK)


def test_an_engine_that_tells_nonsense_confirms_nothing(tmp_path: Path) -> None:
    report = tmp_path / "report.pdf"
    draw(make_sheet(make_report(7, components=1, activities=2), "A"), report, Manner(size=6.5))
    engines = Engines(Engine(garbage, "a"), Engine(garbage, "b"), Engine(garbage, "c"))
    reading = scanned_pdf.read(scan(report, tmp_path / "scan.png"), file="scan.png", ask=engines)
    header, rows, _ = interpret(reading, PROFILE)
    rows = reconcile_recognized(rows, header.quarter, PROFILE.numbers)
    assert not [v for row in rows for _, _, v in row.values() if v.quality is Quality.CONFIRMED]


def bomb(path: Path, side: int) -> Path:
    """Write a PDF of one page that is a black-and-white image of `side` x `side` pixels, in few bytes."""
    row = b"\x00" * (side // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /XObject << /I 5 0 R >> >> >>",
        b"<< /Length 27 >>\nstream\nq 612 0 0 792 0 0 cm /I Do Q\nendstream",
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 1"
        b" /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (side, side, len(data), data),
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start)
    path.write_bytes(out)
    return path


def test_a_bomb_in_few_bytes_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = bomb(tmp_path / "bomb.pdf", 40_000)
    assert path.stat().st_size < 300_000
    with pytest.raises(TooCostlyError, match=r"40,000 x 40,000 pixels.*INDICADORES_MAX_MEGAPIXELS"):
        read_document(path)


def test_an_image_file_of_too_many_pixels_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((14_000, 14_000), np.bool_)).save(tmp_path / "bomb.tif", compression="group4")
    with pytest.raises(TooCostlyError, match=r"14,000 x 14,000 pixels.*INDICADORES_MAX_MEGAPIXELS"):
        read_document(tmp_path / "bomb.tif")


def test_an_image_of_a_few_pixels_is_no_report_and_no_failure(tmp_path: Path) -> None:
    Image.new("L", (1, 1), 255).save(tmp_path / "dot.png")
    with pytest.raises(NotAReportError):
        read_document(tmp_path / "dot.png")


def test_an_image_without_a_resolution_is_read_at_that_of_a_sheet(tmp_path: Path) -> None:
    Image.new("L", (10_200, 6_600), 255).save(tmp_path / "fine.png")
    (frame,) = image_pages(tmp_path / "fine.png", "fine.png")
    page = frame()
    assert page.pixels.shape == (3_300, 5_100)
    assert page.scale == pytest.approx(300 / 72)
