"""Reading in a process of its own, against readers that hang, grow, die and lie."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.errors import NotAReportError, ReaderFailedError, TooCostlyError, UnreadableDocumentError
from ingest.indicators import Extraction
from ingest.limits import ReadingLimits, is_raised
from ingest.safely import ReadingProcessError, SafeReader, read_safely
from tests.bad_readers import POISONED

PROJECT = Path(__file__).resolve().parents[2]
SAMPLES = PROJECT / "samples"
BAD = "tests.bad_readers:read"
QUICK = ReadingLimits(seconds=20, page_seconds=20, memory_mb=300)

Do = Callable[..., Extraction]


@pytest.fixture(scope="module")
def reader() -> Iterator[SafeReader]:
    made = SafeReader(BAD)
    yield made
    made.close()


@pytest.fixture
def do(reader: SafeReader, tmp_path: Path) -> Do:
    """Have the reading process do what a text says."""

    def call(text: str, limits: ReadingLimits = QUICK, **more: object) -> Extraction:
        path = tmp_path / "report.txt"
        path.write_text(text, encoding="utf-8")
        return reader.read(path, limits=limits, **more)  # type: ignore[arg-type]

    return call


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_alive(pid)


def test_a_report_is_read_as_without_the_process() -> None:
    from ingest.extract import read_document  # noqa: PLC0415

    path = next(iter(sorted(SAMPLES.glob("*q1*.pdf"))))
    safe, plain = read_safely(path), read_document(path)
    assert safe.rows == plain.rows
    assert (safe.sha256, safe.file, safe.header, safe.cells) == (plain.sha256, plain.file, plain.header, plain.cells)


def test_one_process_reads_many_documents_and_tells_its_pages(do: Do) -> None:
    told: list[tuple[int, int]] = []
    first = do("good", progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert do("good").sha256 == first.sha256 != str(os.getpid())


@pytest.mark.parametrize("text", ["hang", "hang_in_c", "stand_still"])
def test_a_reader_that_hangs_is_ended_and_the_setting_named(do: Do, text: str) -> None:
    started = time.monotonic()
    with pytest.raises(TooCostlyError, match=r"no page was done for 0\.5 s.*INDICADORES_MAX_PAGE_SECONDS=0\.5"):
        do(text, ReadingLimits(seconds=20, page_seconds=0.5))
    assert time.monotonic() - started < 5
    assert do("good").rows == ()


def test_pages_in_good_time_may_take_long_together_but_not_for_ever(do: Do) -> None:
    assert do("slow 0.2", ReadingLimits(seconds=10, page_seconds=1.0)).pages == 3
    with pytest.raises(TooCostlyError, match=r"more than 0\.6 s, after 2 pages.*INDICADORES_MAX_SECONDS=0\.6"):
        do("slow 0.25", ReadingLimits(seconds=0.6, page_seconds=2))


@pytest.mark.parametrize("text", ["grow", "grab"])
def test_a_reader_that_takes_memory_without_end_is_ended_and_the_setting_named(do: Do, text: str) -> None:
    with pytest.raises(TooCostlyError, match=r"MB.*INDICADORES_MAX_MEMORY_MB=300"):
        do(text)
    assert do("good").rows == ()


def test_too_many_pages_are_refused_when_the_reader_tells_their_number(do: Do) -> None:
    assert do("many_pages 500").pages == 3
    with pytest.raises(TooCostlyError, match=r"501 pages.*INDICADORES_MAX_PAGES=500"):
        do("many_pages 501")


def test_a_process_that_has_grown_is_replaced_before_the_next_document(do: Do) -> None:
    first = do("keep 200")
    assert do("good").sha256 != first.sha256


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV", "SIGABRT"])
def test_a_document_that_kills_the_process_twice_is_held_with_the_signal(do: Do, name: str) -> None:
    with pytest.raises(ReaderFailedError, match=f"died.*{name}"):
        do(f"die {name}")
    assert do("good").rows == ()


def test_a_death_that_does_not_repeat_is_not_the_documents(do: Do, tmp_path: Path) -> None:
    assert do(f"die_once {tmp_path / 'mark'}").pages == 3


def test_a_reader_that_ends_its_process_is_held(do: Do) -> None:
    with pytest.raises(ReaderFailedError, match="with code 3"):
        do("leave")


@pytest.mark.parametrize(("what", "said"), [("lookup", "KeyError"), ("exit", "SystemExit"),
                                            ("keyboard", "KeyboardInterrupt"), ("unpicklable", "CannotBePickled"),
                                            ("foreign", "OurOwnError")])  # fmt: skip
def test_whatever_a_reader_raises_becomes_a_failure_that_names_it(do: Do, what: str, said: str) -> None:
    with pytest.raises(ReaderFailedError, match=said):
        do(f"raise_odd {what}")
    assert do("good").rows == ()


def test_the_traceback_of_a_failing_reader_is_kept(do: Do) -> None:
    with pytest.raises(ReaderFailedError) as caught:
        do("raise_odd lookup")
    assert "bad_readers.py" in "".join(caught.value.__notes__)


@pytest.mark.parametrize("text", ["unpicklable", "foreign", "poison"])
def test_a_result_that_is_no_extraction_is_refused_and_never_run(do: Do, text: str) -> None:
    POISONED.unlink(missing_ok=True)
    with pytest.raises(ReaderFailedError):
        do(text)
    assert not POISONED.exists()
    assert do("good").rows == ()


def test_what_a_reader_refuses_comes_through_as_it_is(do: Do) -> None:
    with pytest.raises(NotAReportError) as caught:
        do("refuse", file="informe.pdf")
    assert (caught.value.file, caught.value.remedy) == ("informe.pdf", "take it away")


def test_every_failure_of_reading_passes_from_process_to_process() -> None:
    import pickle  # noqa: PLC0415

    from ingest import errors  # noqa: PLC0415

    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, UnreadableDocumentError)]
    assert len(kinds) > 5
    for kind in kinds:
        again = pickle.loads(pickle.dumps(kind("a.pdf", "it is bad", "fetch it again")))
        assert (type(again), str(again)) == (kind, str(kind("a.pdf", "it is bad", "fetch it again")))


def test_a_reader_that_does_not_exist_is_no_fault_of_the_document(tmp_path: Path) -> None:
    with pytest.raises(ReadingProcessError, match="no_such_module"):
        SafeReader("ingest.no_such_module:read").read(tmp_path / "a.pdf", limits=QUICK)


def test_an_interrupted_reading_leaves_no_process(tmp_path: Path) -> None:
    reader = SafeReader(BAD)
    (tmp_path / "a.txt").write_text("slow 5", encoding="utf-8")
    # A shell that runs the tests in the background has interrupts ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            reader.read(tmp_path / "a.txt", limits=QUICK, progress=lambda *_: None)
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)
    assert reader._process is None


def test_an_error_of_who_shows_progress_ends_the_reading(do: Do) -> None:
    def fail(_: int, __: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        do("good", progress=fail)
    assert do("good").rows == ()


@pytest.mark.parametrize("text", ["hang", "hang_in_c"])
def test_the_process_dies_with_its_parent_whatever_it_is_doing(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "good.txt").write_text("good", encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from ingest.safely import SafeReader\n"
        f"reader, place = SafeReader({BAD!r}), Path({str(tmp_path)!r})\n"
        "print(reader.read(place / 'good.txt').sha256, flush=True)\n"
        "reader.read(place / 'a.txt')"
    )
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    time.sleep(0.5)
    assert is_alive(child)
    parent.kill()
    parent.wait()
    assert gone(child)


def test_closing_ends_the_process_and_the_next_reading_starts_another(tmp_path: Path) -> None:
    reader = SafeReader(BAD)
    (tmp_path / "a.txt").write_text("good", encoding="utf-8")
    first = int(reader.read(tmp_path / "a.txt", limits=QUICK).sha256)
    reader.close()
    assert gone(first)
    assert int(reader.read(tmp_path / "a.txt", limits=QUICK).sha256) != first
    reader.close()


def test_a_process_killed_while_it_waits_is_replaced_unseen(do: Do) -> None:
    first = int(do("good").sha256)
    os.kill(first, signal.SIGKILL)
    assert gone(first)
    assert do("good").sha256 != str(first)


def test_limits_come_from_the_environment_and_a_wrong_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDICADORES_MAX_PAGES", "7")
    assert ReadingLimits.from_env() == ReadingLimits(pages=7)
    for wrong in ("many", "0", "-1", "nan", "inf"):
        monkeypatch.setenv("INDICADORES_MAX_PAGES", wrong)
        with pytest.raises(ValueError, match="INDICADORES_MAX_PAGES"):
            ReadingLimits.from_env()


def test_a_limit_that_was_raised_since_is_known_from_the_failure_itself() -> None:
    detail = str(ReadingLimits(page_seconds=0.5).exceeded("page_seconds", "a.pdf", "it hangs"))
    assert is_raised(detail, ReadingLimits(page_seconds=60))
    assert not is_raised(detail, ReadingLimits(page_seconds=0.5, seconds=10**6))
    assert not is_raised("some other failure", ReadingLimits(page_seconds=10**6))
