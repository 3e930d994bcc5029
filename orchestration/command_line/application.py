"""The commands, their options and help. Each one hands over at once to the module that does it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orchestration.command_line.exits import EPILOG

application = typer.Typer(
    name="indicadores",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=(
        "Municipal quarterly indicator reports, read into a warehouse in which every number is checked and traced "
        "to its place on the page.\n\nThe home, where everything lies, is `INDICADORES_HOME`, or `./data`."
    ),
    epilog=EPILOG,
)


class ReadFormat(StrEnum):
    """What `read` and `query` print."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no summary: only what went wrong.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program; messages go to stderr.")]
Wait = Annotated[float, typer.Option(min=0, help="Seconds to wait while another refresh is running.")]
PATHS = typer.Argument(exists=True, show_default=False)


@application.callback()
def options(
    home: Annotated[
        Path | None, typer.Option(envvar="INDICADORES_HOME", help="Folder of the home.", show_default="./data")
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """Take the options that every command has."""
    import os  # noqa: PLC0415

    if version:
        from importlib.metadata import version as installed  # noqa: PLC0415

        typer.echo(f"indicadores {installed('indicadores')}")
        raise typer.Exit
    if home is not None:
        os.environ["INDICADORES_HOME"] = str(home.expanduser().absolute())


@application.command(no_args_is_help=True)
def read(
    files: Annotated[list[Path], typer.Argument(help="Reports to read.", metavar="FILE...", show_default=False)],
    output: Annotated[ReadFormat, typer.Option("--format", "-f", help="What to print.")] = ReadFormat.TABLE,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of printing.")] = None,
    show: Annotated[
        Path | None,
        typer.Option(help="Draw each page into this folder, its values in colours of quality.", metavar="DIR"),
    ] = None,
    quiet: Quiet = False,
) -> int:
    """Read reports and show what was understood, without a warehouse.

    Example: `indicadores read report.pdf`

    Example: `indicadores read samples/*.pdf --format json --out readings.json`

    Example: `indicadores read report.pdf --show pages/`

    JSON is one object for one file, a list for several; `docs/reading-contract.md` tells its shape. A file that
    cannot be read is reported on stderr and left out, the others go on, and the exit code is 4.
    """
    from orchestration.command_line.read import read_files  # noqa: PLC0415

    return read_files(files, output.value, out, quiet, show)


@application.command()
def refresh(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders. Default: the inbox.", exists=True, metavar="[PATH]..."),
    ] = None,
    reread: Annotated[
        bool, typer.Option("--reread", help="Also read all archived documents that this extractor has not read.")
    ] = False,
    wait: Wait = 600,
    keep: Annotated[int, typer.Option(min=1, help="How many releases are kept for going back.")] = 8,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Do the whole job: read new documents, judge, build, audit, publish; and say what came of it.

    Example: `indicadores refresh`

    Example: `indicadores refresh samples/ ~/Downloads/report.pdf`

    Documents that were read before are not read again, and nothing is published when nothing has changed.
    """
    from orchestration.command_line.refresh import Options, refresh_home  # noqa: PLC0415

    return refresh_home(paths, Options(reread, wait, keep, quiet, as_json))


@application.command()
def status(as_json: Json = False) -> int:
    """Show the documents, the last release, what is in quarantine and what waits for review.

    Example: `indicadores status --json`
    """
    from orchestration.command_line.status import show_status  # noqa: PLC0415

    return show_status(as_json)


@application.command(no_args_is_help=True)
def query(
    sql: Annotated[str, typer.Argument(help="One reading statement.", metavar="SQL", show_default=False)],
    output: Annotated[ReadFormat, typer.Option("--format", "-f", help="What to print.")] = ReadFormat.TABLE,
    limit: Annotated[int | None, typer.Option(min=1, help="Print at most this many rows.")] = None,
) -> int:
    """Ask the published warehouse a question in SQL. Nothing can be changed by it.

    Example: `indicadores query "select * from measurements limit 5"`

    Example: `indicadores query "from mart_department_scorecard" --format csv > scorecard.csv`
    """
    from orchestration.command_line.query import run_query  # noqa: PLC0415

    return run_query(sql, output.value, limit)


@application.command()
def releases(as_json: Json = False) -> int:
    """List the releases that are kept, newest first.

    Example: `indicadores releases`
    """
    from orchestration.command_line.releases import show_releases  # noqa: PLC0415

    return show_releases(as_json)


@application.command(no_args_is_help=True)
def rollback(
    release_id: Annotated[
        str, typer.Argument(help="A release id of `indicadores releases`.", metavar="ID", show_default=False)
    ],
    wait: Wait = 0,
    quiet: Quiet = False,
) -> int:
    """Publish a kept release again. It stays until new documents come.

    Example: `indicadores rollback 20260114T101500Z-1a2b3c4d`
    """
    from orchestration.command_line.releases import roll_back  # noqa: PLC0415

    return roll_back(release_id, wait, quiet)


@application.command()
def doctor(as_json: Json = False) -> int:
    """Check the installation, the home, the locks and what is published; tell the remedy of each problem.

    Example: `indicadores doctor`
    """
    from orchestration.command_line.doctor import show_diagnosis  # noqa: PLC0415

    return show_diagnosis(as_json)


@application.command()
def docs(quiet: Quiet = False) -> int:
    """Build the pages on the checks (Data Docs) and on the models (dbt docs), and tell where they lie.

    Example: `indicadores docs`
    """
    from orchestration.command_line.docs import build_docs  # noqa: PLC0415

    return build_docs(quiet)


@application.command()
def ui(port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 3000) -> int:
    """Open the Dagster UI on this machine: the graph, the runs, the checks, and jobs to start.

    Example: `indicadores ui --port 3001`
    """
    from orchestration.command_line.ui import open_ui  # noqa: PLC0415

    return open_ui(port)
