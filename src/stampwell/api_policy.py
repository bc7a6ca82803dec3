"""Which caller may have which endpoint answer: the plan, the key's scopes, the rate limit."""

from stampwell.core.errors import AppError
from stampwell.db.database import Tx
from stampwell.features.accounts.errors import AccountSuspended
from stampwell.features.accounts.service import list_accounts
from stampwell.features.idempotency.errors import KeyReused, StillRunning
from stampwell.features.keys.errors import KeyRefused, ScopeMissing
from stampwell.features.keys.model import Principal
from stampwell.features.plans.errors import PlanLacksApi
from stampwell.features.plans.model import PlanTable
from stampwell.features.plans.table import PlansFileWrong
from stampwell.features.ratelimit.errors import RateLimited
from stampwell.features.ratelimit.limiter import RateLimiter
from stampwell.features.ratelimit.model import Verdict
from stampwell.http.route import Route

POLICY_ERRORS: tuple[type[AppError], ...] = (KeyRefused, AccountSuspended, PlanLacksApi, ScopeMissing, RateLimited)
"""What `Policy` may refuse on any endpoint, beside the kit's own errors."""

EFFECT_ERRORS: tuple[type[AppError], ...] = (StillRunning, KeyReused)
"""What any endpoint that changes something may refuse."""


async def limit(limiter: RateLimiter, principal: Principal) -> Verdict:
    """Counts the request."""
    return await limiter.hit(principal.account_id, principal.plan)


def authorize(plans: PlanTable, principal: Principal, route: Route) -> None:
    """Raises AccountSuspended, PlanLacksApi or ScopeMissing."""
    if principal.suspended:
        raise AccountSuspended
    if not principal.plan.api:
        raise PlanLacksApi(plan=principal.plan.name, needed=plans.cheapest_with(lambda plan: plan.api))
    if route.scope not in principal.scopes:
        raise ScopeMissing(scope=route.scope)


def require_known_plans(tx: Tx, *, plans: PlanTable) -> None:
    """Raises PlansFileWrong for an account on a plan that the table lacks: the server does not start."""
    for account in list_accounts(tx):
        if account.plan not in plans.plans:
            raise PlansFileWrong(f"account {account.account_id} is on the plan {account.plan!r}, which the plan table lacks")
