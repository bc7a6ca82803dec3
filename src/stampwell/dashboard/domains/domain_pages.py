"""The list of domains, one domain with its proof, and what can be done about them."""

import json
from datetime import date, timedelta
from functools import partial

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phrases import Phrase, phrase
from stampwell.core.units import SECOND_US
from stampwell.core.waits import is_due
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.db.database import Tx
from stampwell.features.cards.service import list_cards
from stampwell.features.domains import service
from stampwell.features.domains.model import Domain
from stampwell.features.domains.service import Registered
from stampwell.features.people.model import Permission
from stampwell.features.stamps.domain_links import NEWEST, count_links
from stampwell.web.errors import NoSuchPage

_PATH = "/dashboard/domains"
# Each check asks machines of others; somebody who clicks on and on is shown what was just found.
_LEAST_BETWEEN_US = 5 * SECOND_US
_A_YEAR = timedelta(days=365)
_SOME_CARD = 123


class DomainPages:
    """Link Domain Management."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        one = f"{_PATH}/{{domain_id:idx}}"
        return (
            PageRoute("GET", _PATH, self.list, Permission.DOMAINS),
            PageRoute("POST", _PATH, self.add, Permission.DOMAINS),
            PageRoute("GET", one, self.show, Permission.DOMAINS),
            PageRoute("POST", f"{one}/check", self.check, Permission.DOMAINS),
            PageRoute("GET", f"{one}/remove", self.confirm, Permission.DOMAINS),
            PageRoute("POST", f"{one}/remove", self.remove, Permission.DOMAINS),
        )

    async def list(self, context: DashboardContext) -> Response:
        return await self._list(context)

    async def add(self, context: DashboardContext) -> Response:
        origin = context.form.text("domain")

        def unit(tx: Tx) -> dict[str, object]:
            return _shown(
                service.register(
                    tx,
                    context.account_id,
                    origin=origin,
                    plans=self._deps.plans,
                    instance_domains=frozenset(self._deps.instance_domains),
                    actor=context.actor,
                    now_us=context.now_us,
                )
            )

        try:
            added = await context.once(unit)
        except AppError as refusal:
            context.refused(refusal)
            return await self._list(context, status=refusal.status)
        return context.redirect(
            f"{_PATH}/{added['domain_id']}",
            phrase("Domain added: {domain}. Now verify that it's yours.", domain=added["name"])
            if added["is_new"]
            else phrase("You already have this domain: {domain}.", domain=added["name"]),
        )

    async def show(self, context: DashboardContext) -> Response:
        domain = await self._domain(context)
        command = "" if domain.verified_at is None else await self._command(context, domain)
        return context.render("domains/domain.html", domain=domain, command=command)

    async def check(self, context: DashboardContext) -> Response:
        domain = await self._domain(context)
        if is_due(domain.checked_at, _LEAST_BETWEEN_US, now_us=context.now_us):
            outcome = await self._deps.checker.check(domain)
            unit = partial(
                service.note_check,
                account_id=context.account_id,
                domain_id=domain.domain_id,
                outcome=outcome,
                actor=context.actor,
                now_us=context.now_us,
            )
            noted = await context.write(unit)
            if noted is None:
                # It was removed while its proof was looked for.
                raise NoSuchPage
            domain = noted
        return context.redirect(f"{_PATH}/{domain.domain_id}", _told(domain))

    async def confirm(self, context: DashboardContext) -> Response:
        domain = await self._domain(context)
        links = await self._deps.db.read(count_links, context.account_id, origin=domain.origin)
        return context.render("domains/remove.html", domain=domain, links=links, newest=NEWEST)

    async def remove(self, context: DashboardContext) -> Response:
        domain_id = context.number("domain_id")

        def unit(tx: Tx) -> str:
            removed = service.remove_domain(tx, context.account_id, domain_id, actor=context.actor, now_us=context.now_us)
            if removed is None:
                raise NoSuchPage
            return removed.name

        name = await context.once(unit)
        return context.redirect(_PATH, phrase("Domain removed: {domain}.", domain=name))

    async def _list(self, context: DashboardContext, *, status: int = 200) -> Response:
        return context.render(
            "domains/list.html",
            status=status,
            domains=await self._deps.db.read(service.list_domains, context.account_id),
            allowed=context.plan.custom_domains,
            plan=context.plan.name,
            needed=self._deps.plans.cheapest_with(lambda plan: plan.custom_domains),
            default_domain=self._deps.default_domain,
        )

    async def _domain(self, context: DashboardContext) -> Domain:
        domain = await self._deps.db.read(service.find_domain, context.account_id, context.number("domain_id"))
        if domain is None:
            raise NoSuchPage
        return domain

    async def _command(self, context: DashboardContext, domain: Domain) -> str:
        """A curl that issues a stamp on the domain."""
        cards = await self._deps.db.read(list_cards, context.account_id)
        return _curl(context.origin, domain.origin, card_id=cards[0].card_id if cards else _SOME_CARD, today=context.today)


def _shown(registered: Registered) -> dict[str, object]:
    domain, is_new = registered
    return {"domain_id": domain.domain_id, "name": domain.name, "is_new": is_new}


def _told(domain: Domain) -> Phrase:
    """The result of a check, in a sentence; what is wrong stands on the page."""
    if domain.verified_at is None:
        return phrase("Not verified yet: {domain}. See below what we found.", domain=domain.name)
    if domain.problems:
        return phrase("The record or file wasn't found this time, but {domain} stays verified.", domain=domain.name)
    return phrase("Domain verified: {domain}. You can issue cards on it now.", domain=domain.name)


def _curl(server: str, origin: str, *, card_id: int, today: date) -> str:
    body = {
        "cardIdx": card_id,
        "domain": origin,
        "strtYmd": today.isoformat(),
        "endYmd": (today + _A_YEAR).isoformat(),
    }
    return (
        f"curl -X POST {server}/api/stamp/v1/create \\\n"
        "  -H 'Authorization: APIKey YOUR_API_KEY' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{json.dumps(body)}'"
    )
