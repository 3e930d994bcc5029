"""Plain text becomes lines that know where they stand; bytes that are no text are refused with their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.cells import Kind
from ingest.errors import EmptyDocumentError, WrongEncodingError
from ingest.readers.ocr_text import decode, read

TEXT = "  Propósito 1.4.1.1\n\n  709,995 \f\nsegunda página\n\f"


def written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "report.txt"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_line_stands_at_its_span_in_the_decoded_text(tmp_path: Path, encoding: str) -> None:
    reading = read(written(tmp_path, TEXT.encode(encoding)), file="report.txt")

    assert [c.text for c in reading.lines] == ["Propósito 1.4.1.1", "709,995", "segunda página"]
    for cell in reading.lines:
        assert cell.span is not None
        assert TEXT[cell.span.start : cell.span.end] == cell.text


def test_form_feeds_end_pages(tmp_path: Path) -> None:
    reading = read(written(tmp_path, TEXT.encode()), file="report.txt")

    assert reading.kind is Kind.OCR_TEXT
    assert reading.pages == 2
    assert [c.page for c in reading.lines] == [1, 1, 2]
    assert reading.text_length == len(TEXT)


@pytest.mark.parametrize("data", [b"", b" \n\t\f\n", b"\xef\xbb\xbf \n"])
def test_a_file_without_text_is_empty(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(EmptyDocumentError, match=r"report\.txt"):
        read(written(tmp_path, data), file="report.txt")


def test_latin_1_is_refused_with_the_place_of_its_first_bad_byte(tmp_path: Path) -> None:
    with pytest.raises(WrongEncodingError, match=r"0xf3 at offset 4 .*UTF-8.*iconv"):
        read(written(tmp_path, "Propósito".encode("latin-1")), file="report.txt")


def test_an_offset_counts_the_byte_order_mark() -> None:
    with pytest.raises(WrongEncodingError, match="offset 5"):
        decode(b"\xef\xbb\xbfab\xff", file="x")


def test_binary_data_is_refused() -> None:
    with pytest.raises(WrongEncodingError, match="0x00 at offset 3 is not text"):
        decode(b"abc\x00def", file="x")


def test_half_a_character_of_utf_16_is_refused() -> None:
    with pytest.raises(WrongEncodingError, match="UTF-16"):
        decode(b"\xff\xfea\x00b", file="x")
