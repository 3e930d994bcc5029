"""Owns DuckDB and what is true in it: landing, gate, releases. Knows ingest's types, no Dagster."""
