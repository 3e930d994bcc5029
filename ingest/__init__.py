"""A report becomes measurements: pure Python that knows no Dagster, no dbt and no database."""
