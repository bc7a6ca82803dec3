"""`/dashboard/search`: everything in one list, or straight to what alone was found."""

from starlette.responses import Response

from stampwell.core.phrases import phrase
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.search.everything import find_everything
from stampwell.features.people.model import Permission

PATH = "/dashboard/search"


class SearchPages:
    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (PageRoute("GET", PATH, self.show, Permission.VIEW),)

    async def show(self, context: DashboardContext) -> Response:
        """What is found. While somebody is still typing nothing leads away, however little is found."""
        found = await self._deps.db.read(
            find_everything,
            context.signed_in,
            context.query("q"),
            today=context.today,
            translate=context.language.translate,
        )
        is_typing = context.request.headers.get("hx-request") == "true"
        if not is_typing:
            if found.scanned is not None:
                said = phrase("This card took the place of the one you looked for.") if found.place_taken else None
                return context.redirect(f"/dashboard/stamps/{found.scanned.stamp_id}", said)
            if found.only is not None:
                return context.redirect(found.only.path)
        return context.render("search/search.html", q=context.query("q"), found=found)
