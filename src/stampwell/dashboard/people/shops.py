"""`/dashboard/shops/…`: switching to another shop that one works in."""

from starlette.responses import Response

from stampwell.core.actors import staff_actor
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.people.sign_in import HOME, SIGNED_IN
from stampwell.dashboard.route import PageRoute
from stampwell.db.database import Tx
from stampwell.features.audit.model import NewAuditEntry
from stampwell.features.audit.service import record
from stampwell.features.people import sessions
from stampwell.features.people.model import Permission


class ShopPages:
    """The menu's action."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (PageRoute("POST", "/dashboard/shops/{account_id:idx}", self.switch, Permission.OWN),)

    async def switch(self, context: DashboardContext) -> Response:
        account_id, session = context.number("account_id"), context.signed_in.session

        def unit(tx: Tx) -> None:
            member = sessions.switch(tx, session, account_id, now_us=context.now_us)
            if account_id != session.account_id:
                by = staff_actor(member.person_id, member.name)
                record(tx, NewAuditEntry(account_id, by, SIGNED_IN, member.person_id, member.name, context.now_us))

        await self._deps.db.write(unit)
        return context.redirect(HOME)
