"""Documents as assets: one partition for each document in the archive.

Here belongs what Dagster says of a document as a file. Not here: receiving it (`intake`), or reading it (`landing`).
"""

import dagster as dg

from ingest.documents import Document, sha256_of
from ingest.errors import UnreadableDocumentError
from orchestration.intake import document_of
from orchestration.progress import tell
from orchestration.resources import HomeResource, RefreshLock

OWNERS = ["team:datos"]
PARTITIONS = "documents"
DOCUMENTS = dg.DynamicPartitionsDefinition(name=PARTITIONS)
ONE_RUN = dg.BackfillPolicy.single_run()
"""Many new documents are one run: a run costs more than a document."""


@dg.asset(
    partitions_def=DOCUMENTS,
    backfill_policy=ONE_RUN,
    group_name="documents",
    owners=OWNERS,
    kinds={"pdf", "file"},
    check_specs=[
        dg.AssetCheckSpec(
            "archive_copy_is_intact",
            asset="documents",
            description="The archive holds each document of the run, and its bytes still have the sha256 of its name.",
        )
    ],
    description=(
        "The reports as received, one partition each, named `<file>@<first digits of the sha256>`. A document is "
        "copied into `archive/` by its sha256 and never changed. Drop new files into `inbox/`: the sensor "
        "`inbox_sensor` makes the partitions, and so does `indicadores refresh`."
    ),
)
def documents(context: dg.AssetExecutionContext, home: HomeResource, lock: RefreshLock) -> dg.MaterializeResult:  # type: ignore[type-arg]  # Dagster takes a parameter for several outputs  # noqa: ARG001
    """See that the archive still holds each document of this run as it was received."""
    damaged = []
    keys = context.partition_keys
    for number, key in enumerate(keys):
        tell("archive", number, len(keys), key)
        try:
            document = document_of(home.open(), key)
        except UnreadableDocumentError as error:
            damaged.append(str(error))
            continue
        if sha256_of(document.path) != document.sha256:
            damaged.append(f"{document.path} has changed since it was received")
        context.add_asset_metadata(_metadata(document), partition_key=key)
    check = dg.AssetCheckResult(
        check_name="archive_copy_is_intact",
        passed=not damaged,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={
            "documents": len(keys),
            "damaged": dg.MetadataValue.md("\n".join(f"- {d}" for d in damaged) or "none"),
        },
    )
    return dg.MaterializeResult(check_results=[check])


def _metadata(document: Document) -> dict[str, dg.MetadataValue]:
    return {
        "file": dg.MetadataValue.text(document.file),
        "sha256": dg.MetadataValue.text(document.sha256),
        "bytes": dg.MetadataValue.int(document.bytes),
        "archive copy": dg.MetadataValue.path(str(document.path)),
    }
