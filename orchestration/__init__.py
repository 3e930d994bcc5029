"""Dagster definitions and the command line: thin layers over `ingest` and `warehouse`, no logic of their own."""
