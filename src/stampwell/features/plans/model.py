from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field


class Plan(BaseModel):
    """One row of the plan table; None means no limit."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: str
    requests_per_minute: int | None = Field(default=None, ge=1)
    requests_per_hour: int | None = Field(default=None, ge=1)
    api: bool
    custom_domains: bool


@dataclass(frozen=True, slots=True)
class PlanTable:
    """The plans by name, cheapest first."""

    plans: Mapping[str, Plan]

    def get_plan(self, name: str) -> Plan:
        """Raises KeyError for a plan that the table has no row for."""
        return self.plans[name]

    def cheapest_with(self, includes: Callable[[Plan], bool]) -> str:
        """The name of the first plan that includes it, or "no plan"."""
        return next((plan.name for plan in self.plans.values() if includes(plan)), "no plan")
