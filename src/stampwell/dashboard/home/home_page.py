"""`/dashboard`: what happened today and in the last 30 days, what needs a look, and in a new shop the first steps."""

from datetime import timedelta
from typing import Any, NamedTuple

from starlette.responses import Response

from stampwell.core.days import day_of
from stampwell.core.phrases import Phrase, phrase
from stampwell.core.units import LARGEST_INTEGER
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.home.charts import HEIGHT, WIDTH, chart_of
from stampwell.dashboard.home.needs import needs_of, needs_of_server
from stampwell.dashboard.route import PageRoute
from stampwell.db.database import Tx
from stampwell.features.cards.service import page_cards
from stampwell.features.keys.service import list_keys
from stampwell.features.people.model import Permission, Viewer
from stampwell.features.stamps.ledger.daily_counts import DayCount, daily_counts

_DAYS = 30


class Figure(NamedTuple):
    """A number of today's beside yesterday's."""

    title: Phrase
    today: int
    yesterday: int


class FirstStep(NamedTuple):
    """A first step, whether it was taken, and where; blank for somebody whose role does not let them."""

    said: Phrase
    done: bool
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
    account = viewer.account
    first = day_of(now_us, account.time_zone) - timedelta(days=_DAYS - 1)
    counts = daily_counts(tx, account.account_id, first)
    days = [first + timedelta(days=number) for number in range(_DAYS)]
    by_day = [(day, counts.get(day, DayCount())) for day in days]
    today, yesterday = by_day[-1][1], by_day[-2][1]
    kinds = {
        "issued": phrase("Stamps issued"),
        "marks": phrase("Marks added"),
        "redeemed": phrase("Rewards handed out"),
    }
    return {
        "figures": [Figure(title, getattr(today, kind), getattr(yesterday, kind)) for kind, title in kinds.items()],
        "charts": [chart_of(title, [(day, getattr(count, kind)) for day, count in by_day]) for kind, title in kinds.items()],
        "by_day": list(reversed(by_day)),
        "steps": [] if any(count != DayCount() for _, count in by_day) else _steps(tx, viewer),
        "needs": needs_of(tx, viewer, now_us=now_us),
        "width": WIDTH,
        "height": HEIGHT,
    }


def _steps(tx: Tx, viewer: Viewer) -> list[FirstStep]:
    """Of a shop in which nothing has happened yet."""
    account_id = viewer.account.account_id
    has_card = bool(page_cards(tx, account_id, before_id=LARGEST_INTEGER, limit=1))
    makes_card = phrase("Make a stamp card: how many marks earn which reward")
    issues = phrase("Issue a stamp of it to a customer")
    makes_key = phrase("Make an API key for your web shop or till")
    return [
        FirstStep(makes_card, has_card, "/dashboard/cards/new" if viewer.may(Permission.CARDS) else ""),
        FirstStep(issues, done=False, path="/dashboard/stamps/new" if has_card and viewer.may(Permission.ISSUE) else ""),
        FirstStep(
            makes_key,
            bool(list_keys(tx, account_id)),
            "/dashboard/developer/keys/new" if viewer.may(Permission.KEYS) else "",
        ),
    ]
