"""The list of domains, one domain with its proof, and what can be done about them."""

import json
from datetime import date, timedelta
from functools import partial

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phrases import Phrase, phrase
from stampwell.core.units import SECOND_US
from stampwell.core.waits import is_due
from stampwell.dashboard.desk import Desk
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.features.audit.service import record
from stampwell.features.cards.service import list_cards
from stampwell.features.domains import service
from stampwell.features.domains.model import Domain, Outcome
from stampwell.features.people.model import Permission
from stampwell.features.stamps.links import NEWEST, count_links
from stampwell.web.errors import NoSuchPage

_PATH = "/dashboard/domains"
# Each check asks machines of others; somebody who clicks on and on is shown what was just found.
_LEAST_BETWEEN_US = 5 * SECOND_US
_A_YEAR = timedelta(days=365)
_SOME_CARD = 123


class DomainPages:
    """Link Domain Management."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

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

    async def list(self, visit: Visit) -> Response:
        return await self._list(visit)

    async def add(self, visit: Visit) -> Response:
        unit = partial(_add, visit=visit, origin=visit.form.text("domain"))
        try:
            added = await visit.once(unit)
        except AppError as refusal:
            visit.refused(refusal)
            return await self._list(visit, status=refusal.status)
        return visit.redirect(
            f"{_PATH}/{added['domain_id']}",
            phrase("{domain} is added. Now prove that it is yours.", domain=added["name"])
            if added["is_new"]
            else phrase("{domain} was there already.", domain=added["name"]),
        )

    async def show(self, visit: Visit) -> Response:
        domain = await self._domain(visit)
        command = "" if domain.verified_at is None else await self._command(visit, domain)
        return visit.render("domains/domain.html", domain=domain, command=command)

    async def check(self, visit: Visit) -> Response:
        domain = await self._domain(visit)
        if is_due(domain.checked_at, _LEAST_BETWEEN_US, now_us=visit.now_us):
            outcome = await self._desk.checker.check(domain)
            domain = await visit.write(partial(_note, visit=visit, domain=domain, outcome=outcome))
        return visit.redirect(f"{_PATH}/{domain.domain_id}", _told(domain))

    async def confirm(self, visit: Visit) -> Response:
        domain = await self._domain(visit)
        links = await self._desk.db.read(count_links, visit.account_id, origin=domain.origin)
        return visit.render("domains/remove.html", domain=domain, links=links, newest=NEWEST)

    async def remove(self, visit: Visit) -> Response:
        name = await visit.once(partial(_remove, visit=visit, domain_id=visit.number("domain_id")))
        return visit.redirect(_PATH, phrase("{domain} is removed.", domain=name))

    async def _list(self, visit: Visit, *, status: int = 200) -> Response:
        return visit.render(
            "domains/list.html",
            status=status,
            domains=await self._desk.db.read(service.list_domains, visit.account_id),
            allowed=visit.plan.custom_domains,
            plan=visit.plan.name,
            needed=self._desk.plans.cheapest_with(lambda plan: plan.custom_domains),
            default_domain=self._desk.default_domain,
        )

    async def _domain(self, visit: Visit) -> Domain:
        domain = await self._desk.db.read(service.find_domain, visit.account_id, visit.number("domain_id"))
        if domain is None:
            raise NoSuchPage
        return domain

    async def _command(self, visit: Visit, domain: Domain) -> str:
        """A curl that issues a stamp on the domain."""
        cards = await self._desk.db.read(list_cards, visit.account_id)
        return _curl(visit.origin, domain.origin, card_id=cards[0].card_id if cards else _SOME_CARD, today=visit.today)


def _add(tx: Tx, *, visit: Visit, origin: str) -> dict[str, object]:
    domain, is_new = service.register(
        tx,
        visit.account_id,
        origin=origin,
        plans=visit.desk.plans,
        instance_domains=frozenset(visit.desk.instance_domains),
        now_us=visit.now_us,
    )
    if is_new:
        record(tx, visit.entry("domain.added", domain.domain_id, domain.name))
    return {"domain_id": domain.domain_id, "name": domain.name, "is_new": is_new}


def _note(tx: Tx, *, visit: Visit, domain: Domain, outcome: Outcome) -> Domain:
    """Raises NoSuchPage when it was removed while it was looked for."""
    noted = service.note_check(tx, visit.account_id, domain.domain_id, outcome=outcome, now_us=visit.now_us)
    if noted is None:
        raise NoSuchPage
    if noted.verified_at is not None and domain.verified_at is None:
        record(tx, visit.entry("domain.verified", domain.domain_id, domain.name, {"verifiedBy": [None, noted.verified_by]}))
    return noted


def _told(domain: Domain) -> Phrase:
    """The result of a check, in a sentence; what is wrong stands on the page."""
    if domain.verified_at is None:
        return phrase("{domain} is not verified yet. What was found is below.", domain=domain.name)
    if domain.problems:
        return phrase("{domain} stays verified, but its proof was not found this time.", domain=domain.name)
    return phrase("{domain} is verified. Stamps can be issued on it.", domain=domain.name)


def _remove(tx: Tx, *, visit: Visit, domain_id: int) -> str:
    domain = service.remove_domain(tx, visit.account_id, domain_id)
    if domain is None:
        raise NoSuchPage
    record(tx, visit.entry("domain.removed", domain_id, domain.name))
    return domain.name


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
