"""Releases that wait for a person: why one is held, and where it stands until it is allowed or refused.

Here belong the settings, the reasons and the folder `held` of the home. Not here: what differs (`difference`), or
publishing what was allowed (`release`).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from ingest.errors import WrongSettingError
from warehouse.difference import Difference
from warehouse.errors import DamagedReleaseError, NoHeldReleaseError, NoReasonError
from warehouse.files import sync_folder, write_durably
from warehouse.home import Home
from warehouse.manifest import MANIFEST, Release, published_id, read_manifest, release_ids, write_manifest

PREFIX = "INDICADORES_HOLD_"
_REFUSED = "refused.json"


@dataclass(frozen=True, slots=True)
class HoldLimits:
    """From where on a release is held, in percent of what the release before it had; each is an environment variable.

    `lost_rows` and `lost_indicators`: rows (an indicator's quarter) and indicators that are gone or lack a figure that
    they had. `closed_changes`: figures of quarters that had been reported already, and are changed or gone. What a
    person has decided (a withdrawal, a correction) counts nowhere.
    """

    lost_rows: float = 5
    lost_indicators: float = 5
    closed_changes: float = 20

    @staticmethod
    def from_env() -> HoldLimits:
        """Give the limits as INDICADORES_HOLD_LOST_ROWS_PCT and so on set them.

        Raises:
            WrongSettingError: a variable is no percentage.
        """
        usual = HoldLimits()
        return HoldLimits(**{f.name: _setting(f.name, getattr(usual, f.name)) for f in fields(usual)})


def reasons_to_hold(difference: Difference, limits: HoldLimits) -> tuple[str, ...]:
    """Give in words why a person has to look at a release before it is published; empty where nobody has to."""
    loss = difference.loss
    told = (
        ("lost_rows", loss.lost_rows, loss.rows, "rows (an indicator's quarter) are gone or lack a figure they had"),
        ("lost_indicators", loss.lost_indicators, loss.indicators, "indicators are gone"),
        (
            "closed_changes",
            loss.altered_closed,
            loss.closed,
            "figures of quarters already reported are changed or gone",
        ),
    )
    return tuple(_exceeded(name, count, of, words, limits) for name, count, of, words in told
                 if count and 100 * count > getattr(limits, name) * of)  # fmt: skip


def keep_held(home: Home, folder: Path) -> Path:
    """Move a finished release among the held; one that was held before is superseded. Gives its new place."""
    home.held.mkdir(exist_ok=True)
    discard_held(home)
    held = home.held / folder.name
    folder.replace(held)
    sync_folder(home.held)
    sync_folder(home.candidates)
    return held


def discard_held(home: Home) -> None:
    """Remove every held release. Each is moved out of the way first, so that none is ever half there."""
    for folder in _folders(home):
        discarded = home.candidates / f".discarded-{folder.name}"
        folder.replace(discarded)
        shutil.rmtree(discarded)


def held_release(home: Home) -> Release | None:
    """Give the release that waits for a person, or None.

    Raises:
        DamagedReleaseError: its manifest cannot be read.
    """
    return next((read_manifest(folder) for folder in _folders(home)), None)


def is_settled(home: Home, fingerprint: str) -> bool:
    """Whether a release with this fingerprint needs no building: a person refused it, or is to look at it now.

    A held one that was compared with another release than is published now is to be compared again.
    """
    if any(r["fingerprint"] == fingerprint for r in refusals(home)):
        return True
    held = held_release(home)
    return held is not None and held.fingerprint == fingerprint and held.difference.get("base") == published_id(home)


def refuse(home: Home, reason: str, by: str) -> Release:
    """Discard the held release for good: one with the same content is not built again. The caller holds the lock.

    Raises:
        NoHeldReleaseError: none is held.
        NoReasonError: no reason is given, or nobody is named.
    """
    held = the_held(home)
    said = _decision(reason, by, "refusing")
    line = {"release_id": held.release_id, "fingerprint": held.fingerprint, **said}
    write_durably(home.held / _REFUSED, json.dumps([*refusals(home), line], indent=2, ensure_ascii=False) + "\n")
    discard_held(home)
    return held


def mark_allowed(home: Home, reason: str, by: str) -> Release:
    """Write into the held release's manifest that a person allows it.

    Raises:
        NoHeldReleaseError: none is held.
        NoReasonError: no reason is given.
    """
    allowed = replace(the_held(home), allowed=_decision(reason, by, "allowing"))
    write_manifest(allowed)
    return allowed


def refusals(home: Home) -> list[dict[str, str]]:
    """Give the releases that were refused, oldest first: release_id, fingerprint, reason, by, at (UTC).

    Raises:
        DamagedReleaseError: the list cannot be read.
    """
    path = home.held / _REFUSED
    if not path.exists():
        return []
    try:
        found: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DamagedReleaseError(f"{path} cannot be read ({error})", "Correct or remove it") from error
    return found


def standing_refusal(home: Home) -> dict[str, str] | None:
    """Give the refusal that still keeps from being published what has landed: the last, where no release has followed.

    Raises:
        DamagedReleaseError: the list of refusals cannot be read.
    """
    last = max(refusals(home), key=lambda refusal: refusal["release_id"], default=None)
    if last is None or last["release_id"] < max(release_ids(home), default=""):
        return None
    return last


def the_held(home: Home) -> Release:
    """Give the release that waits for a person.

    Raises:
        NoHeldReleaseError: none is held.
    """
    held = held_release(home)
    if held is None:
        raise NoHeldReleaseError(f"no release is held in {home.root}", "There is nothing to allow or refuse")
    return held


def _decision(reason: str, by: str, what: str) -> dict[str, str]:
    if not reason.strip():
        raise NoReasonError(f"no reason is given for {what} the release", 'Say why: --reason "...", in the UI `reason`')
    if not by.strip():
        raise NoReasonError(f"nobody is named for {what} the release", "Say who decides: --by NAME, in the UI `by`")
    return {"reason": reason.strip(), "by": by, "at": datetime.now(UTC).isoformat(timespec="seconds")}


def _folders(home: Home) -> Iterator[Path]:
    found = home.held.iterdir() if home.held.is_dir() else ()
    yield from sorted((f for f in found if (f / MANIFEST).exists()), reverse=True)


def _exceeded(name: str, count: int, of: int, words: str, limits: HoldLimits) -> str:
    allowed = getattr(limits, name)
    share = 100 * count / of if of else 100.0
    return f"{count:,} of {of:,} {words} ({share:.1f} %; {PREFIX}{name.upper()}_PCT allows {allowed:g} %)"


def _setting(name: str, default: float) -> float:
    variable = f"{PREFIX}{name.upper()}_PCT"
    text = os.environ.get(variable, "").strip()
    try:
        value = float(text) if text else default
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100:
        raise WrongSettingError(f"{variable} is {text!r}, not a percentage from 0 to 100. Set it to one, or remove it.")
    return value
