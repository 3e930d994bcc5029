"""The command `indicadores`. Imports are lazy throughout: `--help` must not wait for what it does not use."""

from __future__ import annotations

import errno
import os
import sys

_FULL = 4 * 2**20  # bytes: less is left where a write of a block or two has failed


def main() -> None:
    """Run the command line and exit with the code of its outcome."""
    from orchestration.environment import prepare_process  # noqa: PLC0415

    prepare_process()
    sys.exit(_run())


def _run() -> int:
    from orchestration.command_line.application import application  # noqa: PLC0415
    from orchestration.command_line.exits import Exit, exit_of  # noqa: PLC0415

    try:
        return int(application(standalone_mode=False) or 0)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except Exception as error:  # noqa: BLE001  the last place that can tell a user's failure from a defect
        return _failure(error, exit_of(error))


def _failure(error: Exception, code: int | None) -> int:
    import typer  # noqa: PLC0415

    from orchestration.command_line.exits import Exit  # noqa: PLC0415
    from orchestration.command_line.output import fail  # noqa: PLC0415

    if isinstance(error, typer.Abort):
        return Exit.INTERRUPTED
    if isinstance(error, (typer.BadParameter,)) or hasattr(error, "exit_code"):
        show = getattr(error, "show", None)
        if show is not None:
            show()
        return int(getattr(error, "exit_code", Exit.USAGE))
    if (code is None or isinstance(error, OSError)) and (full := _full_disk()) is not None:
        # What fails then is whatever wrote last, such as Dagster's own database, and says nothing of the disk.
        fail(f"{full} It showed as {type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no word'}")
        return Exit.FAILED
    remedied = _of_a_file(error)
    if code is None and remedied is None:
        raise error
    fail(remedied or error)
    return Exit.FAILED if code is None else code


def _of_a_file(error: Exception) -> str | None:
    """Say which file the system does not let us use, and the remedy, where that is what the error is about."""
    if isinstance(error, OSError) and error.filename is not None:
        remedy = _REMEDIES.get(error.errno or 0)
        return f"{os.fsdecode(error.filename)}: {error.strerror}. {remedy}." if remedy else None
    import duckdb  # noqa: PLC0415  a failure may take its time

    if isinstance(error, duckdb.IOException) and "Cannot open file" in str(error):
        return f"{str(error).removeprefix('IO Error: ')}. {_MAY_NOT}."
    return None


_MAY_NOT = "Give your user the right to it and to its folder, or set INDICADORES_HOME to a folder of your own"
_REMEDIES = {
    errno.EACCES: _MAY_NOT,
    errno.EPERM: _MAY_NOT,
    errno.EROFS: _MAY_NOT,
    errno.ENOTDIR: "Set INDICADORES_HOME to a folder, not to a file",
    errno.ENOSPC: "Make room and do it again; nothing is half done",
}


def _full_disk() -> str | None:
    """Say that the disk of the home is full, where it is."""
    import shutil  # noqa: PLC0415

    from warehouse.home import Home  # noqa: PLC0415

    home = Home.from_env().root
    try:
        free = shutil.disk_usage(home).free
    except OSError:  # there is no home yet
        return None
    if free > _FULL:
        return None
    return f"the disk of {home} is full ({free / 2**20:.1f} MB free): make room and do it again; nothing is half done."
