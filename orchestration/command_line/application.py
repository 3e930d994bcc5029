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
By = Annotated[str | None, typer.Option(help="Who decides it.", show_default="your user name")]
Keep = Annotated[int, typer.Option(min=1, help="How many releases are kept for going back.")]
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
        typer.Option(
            help="Draw each page into this folder: values in colours of quality, what is doubted or not understood.",
            metavar="DIR",
        ),
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
    keep: Keep = 8,
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
def status(
    document: Annotated[
        str | None,
        typer.Argument(help="First digits of a document's sha256: show all of it, and nothing else.", metavar="[SHA]"),
    ] = None,
    as_json: Json = False,
) -> int:
    """Show the documents, the last release, what is in quarantine and what waits for review.

    Example: `indicadores status`

    Example: `indicadores status 3f9a1c0b`
    """
    from orchestration.command_line.status import show_status  # noqa: PLC0415

    return show_status(as_json, document)


@application.command(no_args_is_help=True)
def query(
    sql: Annotated[str, typer.Argument(help="One reading statement.", metavar="SQL", show_default=False)],
    output: Annotated[ReadFormat, typer.Option("--format", "-f", help="What to print.")] = ReadFormat.TABLE,
    limit: Annotated[int | None, typer.Option(min=1, help="Print at most this many rows.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> int:
    """Ask the published warehouse a question in SQL. Nothing can be changed by it.

    Example: `indicadores query "select * from measurements limit 5"`

    Example: `indicadores query "from mart_department_scorecard" --format csv > scorecard.csv`
    """
    from orchestration.command_line.query import run_query  # noqa: PLC0415

    return run_query(sql, "json" if as_json else output.value, limit)


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
    as_json: Json = False,
) -> int:
    """Publish a kept release again. It stays until new documents come.

    Example: `indicadores rollback 20260114T101500Z-1a2b3c4d`
    """
    from orchestration.command_line.releases import roll_back  # noqa: PLC0415

    return roll_back(release_id, wait, quiet, as_json)


@application.command(no_args_is_help=True)
def withdraw(
    sha256: Annotated[
        str, typer.Argument(help="First digits of the document's sha256.", metavar="SHA", show_default=False)
    ],
    reason: Annotated[str, typer.Option(help="Why; it is kept and shown.", show_default=False)] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Put the document back.")] = False,
    by: By = None,
    publish: Annotated[bool, typer.Option(help="Build and publish at once; else the next refresh does.")] = True,
    wait: Wait = 600,
    keep: Keep = 8,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Take a wrong document out of the marts, or put it back. Its statements stay in the history.

    Example: `indicadores withdraw 3f9a1c0b --reason "issued again with the right annex"`

    Example: `indicadores withdraw 3f9a1c0b --undo --reason "it was the right annex after all"`
    """
    from orchestration.command_line.refresh import Options  # noqa: PLC0415
    from orchestration.command_line.withdraw import reinstate_document, withdraw_document  # noqa: PLC0415

    options = Options(False, wait, keep, quiet, as_json)
    if undo:
        return reinstate_document(sha256, reason, _person(by), options, publish)
    return withdraw_document(sha256, reason, _person(by), options, publish)


@application.command()
def release(
    allow: Annotated[bool, typer.Option("--allow", help="Publish the release that is held.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="Discard it; the same is not built again.")] = False,
    reason: Annotated[str, typer.Option(help="Why; it is kept with the release.", show_default=False)] = "",
    by: By = None,
    wait: Wait = 0,
    keep: Keep = 8,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Show the release that waits for a person, as it loses or changes too much; allow it or refuse it.

    Example: `indicadores release`

    Example: `indicadores release --allow --reason "the publisher has restated the year, see its note"`
    """
    from orchestration.command_line.release import allow_held, refuse_held, show_held  # noqa: PLC0415

    if allow and refuse:
        raise typer.BadParameter("give one of --allow and --refuse")
    if allow:
        return allow_held(reason, _person(by), keep, wait, quiet, as_json)
    return refuse_held(reason, _person(by), wait, quiet, as_json) if refuse else show_held(as_json)


@application.command()
def correct(
    document: Annotated[
        str | None,
        typer.Argument(help="First digits of the document's sha256. Default: choose.", metavar="[SHA]"),
    ] = None,
    indicator: Annotated[str | None, typer.Option(help="The indicator's code, as read.")] = None,
    page: Annotated[int | None, typer.Option(min=1, help="Its page, where the code stands on several.")] = None,
    row: Annotated[int | None, typer.Option(min=0, help="Its row, where the code is not enough.")] = None,
    field: Annotated[str | None, typer.Option(help="Such as goal.2, annual_goal, department, fiscal_year.")] = None,
    value: Annotated[str | None, typer.Option(help="The right value.")] = None,
    drop: Annotated[bool, typer.Option("--drop", help="Take the value, or without --field the row, out.")] = False,
    flag: Annotated[bool, typer.Option("--flag", help="Doubt the value.")] = False,
    accept: Annotated[bool, typer.Option("--accept", help="A disputed value is right as printed.")] = False,
    reason: Annotated[str | None, typer.Option(help="What is wrong, and why.")] = None,
    evidence: Annotated[str | None, typer.Option(help="What the page shows.")] = None,
    by: By = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only tell which corrections are unused, outdated or ambiguous.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Write down what a person has decided about a value, as a YAML file for git. Asks for what is not given.

    Example: `indicadores correct`

    Example: `indicadores correct 3f9a1c0b --indicator 1.4.1.1 --field goal.2 --value 1207 --reason "0 read as 7"
    --evidence "1,207 in the table"`

    Example: `indicadores correct --check`

    `indicadores refresh` applies it.
    """
    from orchestration.command_line.correct import Given, check_all, correct_value  # noqa: PLC0415

    if check:
        return check_all(as_json)
    actions = [name for name, wanted in (("drop", drop), ("flag", flag), ("accept", accept)) if wanted]
    given = Given(document, indicator, page, row, field, value, actions, reason, evidence, by)
    return correct_value(given, as_json)


link = typer.Typer(
    no_args_is_help=True,
    help="Link what continues under another code or name: indicators from year to year, renamed departments.",
)
application.add_typer(link, name="link")


@link.command("suggest")
def link_suggest(
    least: Annotated[float, typer.Option(min=0, max=1, help="The lowest score to show.")] = 0.6,
    as_json: Json = False,
) -> int:
    """Show what may be linked, by likeness of name and unit, or by what became of a department's indicators.

    Example: `indicadores link suggest`

    Nothing is linked until a person accepts it.
    """
    from orchestration.command_line.link import show_suggestions  # noqa: PLC0415

    return show_suggestions(least, as_json)


@link.command("accept", no_args_is_help=True)
def link_accept(
    key: Annotated[str, typer.Argument(help="A key of `indicadores link suggest`.", metavar="KEY", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why they are one; it is kept.", show_default=False)],
    by: By = None,
) -> int:
    """Write a link into the project's files, for git; the next refresh applies it.

    Example: `indicadores link accept 3f9a1c0b --reason "same activity, new programme structure"`
    """
    from orchestration.command_line.link import accept_suggestion  # noqa: PLC0415

    return accept_suggestion(key, reason, _person(by))


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


def _person(by: str | None) -> str:
    """Give who decides: as named, or the user of this machine."""
    import getpass  # noqa: PLC0415

    return by or getpass.getuser()
