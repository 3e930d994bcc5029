"""`indicadores withdraw`: take a wrong document out of the marts, or put it back."""

from __future__ import annotations

from orchestration.command_line.exits import Exit
from orchestration.command_line.output import console
from orchestration.command_line.refresh import Options, refresh_home
from warehouse.home import Home
from warehouse.lock import held
from warehouse.release import recover
from warehouse.withdrawal import reinstate, withdraw


def withdraw_document(sha256: str, reason: str, by: str, options: Options, publish: bool) -> int:
    """Record that the document is withdrawn, and publish without it."""
    home = Home.from_env()
    with held(home.refresh_lock, f"withdraw {sha256}", options.wait):
        recover(home)
        stands = withdraw(home, sha256, reason, by)
    if not options.quiet and not options.as_json:
        already = "" if stands.new else f" already, since {stands.withdrawn_at:%Y-%m-%d %H:%M} UTC: {stands.reason}"
        console().print(f"Withdrawn{already}: {stands.file} ({stands.sha256[:16]}).", soft_wrap=True)
    return refresh_home([], options) if publish else Exit.DONE


def reinstate_document(sha256: str, reason: str, by: str, options: Options, publish: bool) -> int:
    """Record that the document counts again, why and by whom, and publish with it."""
    home = Home.from_env()
    with held(home.refresh_lock, f"withdraw --undo {sha256}", options.wait):
        recover(home)
        stands = reinstate(home, sha256, reason, by)
    if not options.quiet and not options.as_json:
        said = "Counts again" if stands.new else "It was not withdrawn"
        console().print(f"{said}: {stands.file} ({stands.sha256[:16]}).", soft_wrap=True)
    return refresh_home([], options) if publish else Exit.DONE
