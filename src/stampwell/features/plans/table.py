"""Reading the plan table."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from stampwell.features.plans.model import Plan, PlanTable

DEFAULT_FILE = Path(__file__).with_name("plans.toml")


class PlansFileWrong(Exception):
    """The file cannot be used; the message names the file, the plan and the field."""


def load_plans(path: Path | None) -> PlanTable:
    """The plans of that TOML file, or of the one that comes with Stampwell. Raises PlansFileWrong."""
    path = path or DEFAULT_FILE
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PlansFileWrong(f"{path}: {error}") from error
    plans = {name: _plan(path, name, table) for name, table in tables.items()}
    if not plans:
        raise PlansFileWrong(f"{path}: it holds no plan")
    return PlanTable(plans)


def _plan(path: Path, name: str, table: object) -> Plan:
    if not isinstance(table, dict):
        raise PlansFileWrong(f"{path}: {name} is not a table; write [{name}] above the plan's fields")
    try:
        return Plan.model_validate({**table, "name": name})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise PlansFileWrong(f"{path}: [{name}] {field}: {first['msg']}") from error
