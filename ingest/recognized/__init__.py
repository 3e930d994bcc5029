"""Reconciliation of figures that an engine recognized, where each may be misread.

Here belongs the weighing of readings against what a report says of its own figures. Not here: reports whose text is
exact (`reconcile`), where nothing can be misread, and torn text (`torn`), where columns are in doubt as well.
"""

from ingest.recognized.weigh import reconcile_recognized

__all__ = ["reconcile_recognized"]
