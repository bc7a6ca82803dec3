"""`/dashboard/locations`: the list, and one location with its number, its name and its switch."""

from collections.abc import Callable
from functools import partial

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phrases import phrase
from stampwell.dashboard.cards.card_commands import KEY_PLACEHOLDER
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.db.database import Tx
from stampwell.features.locations import service
from stampwell.features.locations.model import Location
from stampwell.features.people.model import Permission
from stampwell.web.forms import Form

_PATH = "/dashboard/locations"


class LocationPages:
    """The places of a shop."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        one = f"{_PATH}/{{location_id:idx}}"
        return (
            PageRoute("GET", _PATH, self.list, Permission.CARDS),
            PageRoute("POST", _PATH, self.add, Permission.CARDS),
            PageRoute("GET", one, self.show, Permission.CARDS),
            PageRoute("POST", f"{one}/rename", self.rename, Permission.CARDS),
            PageRoute("POST", f"{one}/switch", self.switch, Permission.CARDS),
        )

    async def list(self, context: DashboardContext) -> Response:
        return await self._list(context)

    async def add(self, context: DashboardContext) -> Response:
        name = context.form.text("locationNm")

        def unit(tx: Tx) -> str:
            actor, now_us = context.actor, context.now_us
            return service.create_location(tx, context.account_id, name=name, actor=actor, now_us=now_us).name

        try:
            added = await context.once(unit)
        except AppError as refusal:
            context.refused(refusal)
            return await self._list(context, status=refusal.status)
        return context.redirect(_PATH, phrase("Added: {name}.", name=added))

    async def show(self, context: DashboardContext) -> Response:
        location = await self._location(context)
        return self._one(context, location, Form.filled({"locationNm": location.name}))

    async def rename(self, context: DashboardContext) -> Response:
        location = await self._location(context)
        try:
            after = await context.once(_changing(context, name=context.form.text("locationNm")))
        except AppError as refusal:
            return self._one(context, location, context.refused(refusal), status=refusal.status)
        return context.redirect(_PATH, phrase("Saved: {name}.", name=after))

    async def switch(self, context: DashboardContext) -> Response:
        active = context.form.text("active") == "Y"
        name = await context.once(_changing(context, active=active))
        said = (
            phrase("Switched on: {name}. You can add stamps there.", name=name)
            if active
            else phrase("Switched off: {name}. No stamps or rewards there for now.", name=name)
        )
        return context.redirect(f"{_PATH}/{context.number('location_id')}", said)

    async def _location(self, context: DashboardContext) -> Location:
        return await self._deps.db.read(service.get_location, context.account_id, context.number("location_id"))

    async def _list(self, context: DashboardContext, *, status: int = 200) -> Response:
        return context.render(
            "locations/list.html",
            status=status,
            locations=await self._deps.db.read(service.list_locations, context.account_id),
            command=f"curl {context.origin}/api/location/v1/list \\\n  -H 'Authorization: APIKey {KEY_PLACEHOLDER}'",
        )

    def _one(self, context: DashboardContext, location: Location, form: Form, *, status: int = 200) -> Response:
        return context.render("locations/location.html", status=status, location=location, form=form)


def _changing(context: DashboardContext, *, name: str | None = None, active: bool | None = None) -> Callable[[Tx], str]:
    """The unit of work that changes the location of the page, and answers the name that it has then."""
    unit = partial(
        service.change_location,
        account_id=context.account_id,
        location_id=context.number("location_id"),
        name=name,
        active=active,
        actor=context.actor,
        now_us=context.now_us,
    )
    return lambda tx: unit(tx).name
