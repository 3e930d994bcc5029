from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from warehouse.home import VARIABLE, Home
from warehouse.release import code_version, new_candidate


def test_the_home_is_where_the_environment_says_or_beside_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "elsewhere"))
    assert Home.from_env().root == tmp_path / "elsewhere"
    for unset in ("", None):
        monkeypatch.delenv(VARIABLE, raising=False)
        if unset is not None:
            monkeypatch.setenv(VARIABLE, unset)
        monkeypatch.chdir(tmp_path)
        assert Home.from_env().root == tmp_path / "data"


def test_making_a_home_twice_keeps_what_is_in_it(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "deep" / "home").create()
    (home.inbox / "a.pdf").write_bytes(b"a")
    assert home.create() == home
    assert (home.inbox / "a.pdf").read_bytes() == b"a"


def test_naming_a_home_writes_nothing(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    assert home.warehouse.parent == home.root
    assert list(tmp_path.iterdir()) == []


def test_candidates_of_one_moment_have_different_ids_that_sort_by_age(tmp_path: Path) -> None:
    home, now = Home.at(tmp_path).create(), datetime(2026, 1, 14, 10, 15, tzinfo=UTC)
    first = new_candidate(home, "1a2b3c4d5e6f", now)
    assert first.release_id == "20260114T101500Z-1a2b3c4d"
    assert first.database.name == "warehouse.duckdb"
    assert first.database.parent.is_dir()
    first.folder.rename(home.releases / first.release_id)
    assert new_candidate(home, "1a2b3c4d5e6f", now).release_id == "20260114T101501Z-1a2b3c4d"
    assert new_candidate(home, "1a2b3c4d5e6f", now).release_id == "20260114T101502Z-1a2b3c4d"


def test_the_code_version_follows_the_sources_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "code"
    for name in ("a.py", "models/b.sql", "target/c.sql", "__pycache__/d.py", ".hidden/e.py", "notes.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("1")
    before = code_version(root)
    for name in ("target/c.sql", "__pycache__/d.py", ".hidden/e.py", "notes.txt"):
        (root / name).write_text("2")
    assert code_version(root) == before
    (root / "models/b.sql").write_text("2")
    changed = code_version(root)
    assert changed != before
    (root / "models/b.sql").rename(root / "models/renamed.sql")
    assert code_version(root) not in (before, changed)


def test_a_folder_of_sources_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        code_version(tmp_path / "nowhere")
