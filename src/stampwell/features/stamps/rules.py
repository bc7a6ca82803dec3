"""Pure decisions about stamps: no IO, no clock, no SQL."""

from collections.abc import Set as AbstractSet
from datetime import date

from stampwell.core.days import years_after
from stampwell.features.plans.errors import PlanLacksCustomDomains
from stampwell.features.plans.model import Plan, PlanTable

LONGEST_VALIDITY_YEARS = 5


def latest_end(today: date) -> date:
    """The last day on which a stamp issued today may end."""
    return years_after(today, LONGEST_VALIDITY_YEARS)


def is_custom_domain(origin: str, *, instance_domains: AbstractSet[str], plan: Plan, plans: PlanTable) -> bool:
    """Whether the origin is an account's own rather than the instance's.

    Raises PlanLacksCustomDomains when it is, and the plan has none.
    """
    if origin in instance_domains:
        return False
    if not plan.custom_domains:
        raise PlanLacksCustomDomains(plan=plan.name, needed=plans.cheapest_with(lambda other: other.custom_domains))
    return True
