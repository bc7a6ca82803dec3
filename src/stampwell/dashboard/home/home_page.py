"""`/dashboard`: today, what needs attention, the last four weeks; in a new shop the first steps instead of empty charts."""

from datetime import timedelta
from typing import Any, NamedTuple

from starlette.responses import Response

from stampwell.core.days import day_of
from stampwell.core.phrases import Phrase, phrase
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.home.chart_days import weekday_and_day
from stampwell.dashboard.home.charts import DAYS, HEIGHT, chart_of
from stampwell.dashboard.home.first_steps import first_steps
from stampwell.dashboard.home.needs import needs_of, needs_of_server
from stampwell.dashboard.route import PageRoute
from stampwell.db.database import Tx
from stampwell.features.people.model import Permission, Viewer
from stampwell.features.stamps.ledger.daily_counts import DayCount, daily_counts

_KINDS = {
    "marks": phrase("Stamps added"),
    "issued": phrase("Cards issued"),
    "redeemed": phrase("Rewards redeemed"),
}
# The list whose rows a figure counts; marks are in no list.
_LISTS = {"marks": "", "issued": "/dashboard/stamps", "redeemed": "/dashboard/stamps?state=redeemed"}


class Figure(NamedTuple):
    """A number of today's beside yesterday's. path: of the list that it counts; blank for none."""

    title: Phrase
    today: int
    yesterday: int
    path: str


class HomePages:
    """Home."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (PageRoute("GET", "/dashboard", self.show, Permission.VIEW),)

    async def show(self, context: DashboardContext) -> Response:
        found = await self._deps.db.read(_home, context.signed_in, now_us=context.now_us)
        needs = needs_of_server(
            context.signed_in,
            unnamed_proxy=self._deps.proxies.unnamed,
            sends_mail=self._deps.mailer is not None,
        )
        return context.render("home/home.html", **{**found, "needs": [*found["needs"], *needs]})


def _home(tx: Tx, viewer: Viewer, *, now_us: int) -> dict[str, Any]:
    steps = first_steps(tx, viewer)
    return {
        "steps": steps,
        "needs": needs_of(tx, viewer, now_us=now_us),
        # Those who look after the shop read the charts; staff look for a card.
        "manages": viewer.may(Permission.AUDIT),
        **({"figures": []} if steps else _counted(tx, viewer, now_us=now_us)),
    }


def _counted(tx: Tx, viewer: Viewer, *, now_us: int) -> dict[str, Any]:
    account = viewer.account
    first = day_of(now_us, account.time_zone) - timedelta(days=DAYS - 1)
    counts = daily_counts(tx, account.account_id, first)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    by_day = [(day, counts.get(day, DayCount())) for day in days]
    today, yesterday = by_day[-1][1], by_day[-2][1]
    return {
        "figures": [
            Figure(title, getattr(today, kind), getattr(yesterday, kind), _LISTS[kind]) for kind, title in _KINDS.items()
        ],
        "charts": [chart_of(title, [(day, getattr(count, kind)) for day, count in by_day]) for kind, title in _KINDS.items()],
        "by_day": [(day, weekday_and_day(day), [getattr(count, kind) for kind in _KINDS]) for day, count in reversed(by_day)],
        "kinds": list(_KINDS.values()),
        "days": DAYS,
        "height": HEIGHT,
    }
