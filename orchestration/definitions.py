"""What Dagster loads: `defs`, for the home that INDICADORES_HOME names."""

from orchestration.wiring import define
from warehouse.home import Home

defs = define(Home.from_env())
