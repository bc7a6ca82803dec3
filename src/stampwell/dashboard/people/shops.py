"""`/dashboard/shops/…`: switching to another shop that one works in."""

from starlette.responses import Response

from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.people.sign_in import HOME
from stampwell.dashboard.route import PageRoute
from stampwell.features.people import sign_ins
from stampwell.features.people.model import Permission


class ShopPages:
    """The menu's action."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (PageRoute("POST", "/dashboard/shops/{account_id:idx}", self.switch, Permission.OWN),)

    async def switch(self, context: DashboardContext) -> Response:
        session, account_id = context.signed_in.session, context.number("account_id")
        await self._deps.db.write(sign_ins.switch, session, account_id, now_us=context.now_us)
        return context.redirect(HOME)
