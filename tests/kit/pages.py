"""One of everything that a path of the dashboard may name, and what every page and form of its route table is asked.

A new page comes into the tests by its PageRoute alone. If its path has a part of a new name, `Premises.path` says what to add.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import stampwell.dashboard
from kit.dashboard_client import DashboardClient, DashboardPage, FormSeen
from kit.hooks import lay_out_webhook
from kit.load import wait_for
from kit.shop import Shop
from stampwell.core.actors import OPERATOR, staff_actor
from stampwell.core.codes import ALPHANUMERIC, new_stamp_code
from stampwell.dashboard.route import PageRoute
from stampwell.db.database import Tx
from stampwell.features.accounts import service as accounts
from stampwell.features.audit.model import NewAuditEntry
from stampwell.features.audit.service import page_entries, record
from stampwell.features.cards import service as cards
from stampwell.features.domains import service as domains
from stampwell.features.images.model import Picture
from stampwell.features.images.service import store
from stampwell.features.imports import service as imports
from stampwell.features.imports.uploads import read_upload
from stampwell.features.keys import service as keys
from stampwell.features.keys.model import ALL_SCOPES
from stampwell.features.locations import service as locations
from stampwell.features.people import access_links as people_links
from stampwell.features.people import service as people
from stampwell.features.people.model import Permission, Role
from stampwell.features.people.sessions import open_session
from stampwell.features.stamps.issuing import issue_batch
from stampwell.features.stamps.ledger.projection import read_offset
from stampwell.features.stamps.model import Issued, NewStamp
from stampwell.features.stamps.service import history

SIGN_IN = "/dashboard/sign-in"
NEWEST = 2**62
NOTHING_HAS = 987654321987654
"""A number that nothing has."""

_PART = re.compile(r"\{(\w+)(?::\w+)?\}")
# Written down a moment after the try.
_REFUSED = re.compile(r'<tr class="refused">.*?</tr>\s*', re.DOTALL)
_ONCE = re.compile(r'(name="once" value=")\w*')
_LINK = re.compile(r"(/dashboard/(?:join|password|profile/address)/)\w{43}")
_READ = re.compile(r'(?:query|form\.text|form\.raw|form\.all|form\.has|text|has|raw|all)\(\s*"([A-Za-z][A-Za-z0-9_-]*)"')
_LINK_KINDS = {"join": "invitation", "enter": "sign_in", "password": "password", "address": "address"}
# A page shows some of its forms only when it is asked something.
_ASKED = {"/dashboard/stamps/bulk": "?act=delete"}


@dataclass(frozen=True, slots=True)
class Premises:
    """An account with one of everything. desk: its owner, or whoever was asked for, signed in.

    parts: parts of paths by name. links: tokens of links that are still good, by the part of the path before them.
    """

    account_id: int
    dashboard: DashboardClient
    parts: Mapping[str, int]
    links: Mapping[str, str]
    key: str
    handle: str

    def path(self, page: PageRoute | str, **other: object) -> str:
        """The address of that page here, with `other` parts in place of these."""
        template = page if isinstance(page, str) else page.path

        def part(found: re.Match[str]) -> str:
            name = found[1]
            if name in other:
                return str(other[name])
            if name == "token":
                before = template[: found.start()].rstrip("/").rpartition("/")[2]
                assert before in self.links, f"{template}: say in tests/kit/pages.py (`_LINK_KINDS`) what opens this link"
                return self.links[before]
            assert name in self.parts, f"{template}: add {name} to `Premises.parts` in tests/kit/pages.py"
            return str(self.parts[name])

        return _PART.sub(part, template)


def open_premises(
    shop: Shop, *, role: Role = Role.OWNER, text: str = "Tea & Co", email: str = "", file_name: str = "members.csv"
) -> Premises:
    """A new account; every text in it that somebody may choose is `text`, its first 100 characters."""
    return shop.data.write(_lay_out, shop, role=role, text=text[:100], email=email, file_name=file_name)


def wait_for_charts(shop: Shop) -> None:
    """Returns when everything that is derived from the ledger has caught up with it: a page looks the same twice then."""
    wait_for(lambda: shop.data.read(_is_digested))


def wait_for_imports(shop: Shop) -> None:
    """Returns when no import that somebody began is under way."""
    running = "SELECT COUNT(*) AS n FROM import_job WHERE state IN ('checking', 'issuing')"
    wait_for(lambda: bool(shop.data.rows(running)[0]["n"] == 0))


def parts_of(page: PageRoute) -> list[str]:
    """Names of the numbers in its path."""
    return [name for name in _PART.findall(page.path) if name != "token"]


def forms_of(shop: Shop, premises: Premises) -> dict[str, FormSeen]:
    """Every form of the pages, by the path of the PageRoute that it goes to, filled in as the page has it."""
    found: dict[str, FormSeen] = {}
    for page in actions(shop.app.pages, "GET"):
        for action, form in _forms_on(shop, premises, page):
            found.setdefault(action, form)
    return found


def places_of_forms(shop: Shop, premises: Premises) -> dict[str, PageRoute]:
    """The page that each form stands on, by the path of the PageRoute that the form goes to."""
    found: dict[str, PageRoute] = {}
    for page in actions(shop.app.pages, "GET"):
        for action, _ in _forms_on(shop, premises, page):
            found.setdefault(action, page)
    return found


def form_on(shop: Shop, premises: Premises, place: PageRoute | None, action: PageRoute) -> FormSeen | None:
    """The form on that page that goes to the action: one of `forms_of`, without looking at every page."""
    return (
        None if place is None else next((form for path, form in _forms_on(shop, premises, place) if path == action.path), None)
    )


def filled_in(form: FormSeen | None, csrf: str, **others: str) -> list[tuple[str, str]]:
    """What that form sends, as if its page were loaded just now."""
    values = [] if form is None else [pair for pair in form.values if pair[0] not in {"once", "csrf", *others}]
    return [*values, *others.items(), ("csrf", csrf), ("once", ALPHANUMERIC.draw(22))]


def csrf_of(dashboard: DashboardClient) -> str:
    """What the forms of that session carry."""
    return dict(dashboard.get("/dashboard").form("/dashboard/sign-out").values)["csrf"]


def names_read() -> set[str]:
    """Parameters and fields that the dashboard's code asks for by name."""
    folder = Path(stampwell.dashboard.__file__).parent
    return {name for file in folder.rglob("*.py") for name in _READ.findall(file.read_text("utf-8"))}


def is_html(page: DashboardPage) -> bool:
    return str(page.headers["Content-Type"]).startswith("text/html")


def without_chance(page: DashboardPage, *numbers: object) -> str:
    """The page without what differs each time, and without those numbers."""
    text = _REFUSED.sub("", _LINK.sub(r"\1", _ONCE.sub(r"\1", page.html)))
    for number in numbers:
        text = text.replace(str(number), "NUMBER")
    return text


def actions(pages: Iterable[PageRoute], method: str = "POST", *, but: Iterable[str] = ()) -> list[PageRoute]:
    left_out = set(but)
    return [page for page in pages if page.method == method and page.path not in left_out]


def is_open(page: PageRoute) -> bool:
    """Whether anybody may open it, signed in or not."""
    return page.permission is None


def needs_own(page: PageRoute) -> bool:
    return page.permission is Permission.OWN


def _forms_on(shop: Shop, premises: Premises, page: PageRoute) -> Iterator[tuple[str, FormSeen]]:
    dashboard = shop.stranger() if page.permission is None else premises.dashboard
    seen = dashboard.get(premises.path(page) + _ASKED.get(page.path, ""))
    for form in seen.forms if is_html(seen) else []:
        action = next((one for one in actions(shop.app.pages) if _matches(one, urlsplit(form.action).path)), None)
        if form.method == "post" and action is not None:
            yield action.path, form


def _is_digested(tx: Tx) -> bool:
    mark, last = read_offset(tx)
    return mark >= last


def _matches(page: PageRoute, path: str) -> bool:
    pattern = "".join(
        "[^/]+" if place % 2 else re.escape(piece) for place, piece in enumerate(re.split(r"(\{[^}]*\})", page.path))
    )
    return re.fullmatch(pattern, path) is not None


def _lay_out(tx: Tx, shop: Shop, *, role: Role, text: str, email: str, file_name: str) -> Premises:
    now = shop.clock.now_us()
    account_id = accounts.create(
        tx, name=text, plan="enterprise", time_zone="Asia/Seoul", actor=OPERATOR, now_us=now
    ).account_id
    who = {name: email.format(name) if email else f"{name}-{account_id}@tea.example" for name in ("me", "mate", "guest")}
    me = people.add_person(tx, account_id, email=f"{account_id}{who['me']}", name=text, role=role, now_us=now)
    mate = people.add_person(tx, account_id, email=f"{account_id}{who['mate']}", name=text, role=Role.OWNER, now_us=now)
    by = staff_actor(me.person_id, text)
    opened = [open_session(tx, me, device=text, address="127.0.0.1", now_us=now) for _ in range(2)]
    guest = f"{account_id}{who['guest']}"
    inviter = staff_actor(mate.person_id, text)
    invited = people_links.invite(tx, account_id, email=guest, role=Role.STAFF, actor=inviter, now_us=now)
    sign_in, password = (people_links.link_for(tx, kind, mate.email, now_us=now) for kind in ("sign_in", "password"))
    address = people_links.address_link(tx, me, me.email, now_us=now)
    key = keys.create(tx, account_id, name=text, scopes=frozenset(ALL_SCOPES), expires_at=None, actor=OPERATOR, now_us=now)
    domain = domains.add(tx, account_id, origin=f"https://shop{account_id}.example", verified=True, actor=OPERATOR, now_us=now)
    card = cards.create(
        tx,
        account_id,
        name=text,
        title=text,
        max_stamps=10,
        reward_title=text,
        url="https://tea.example/menu",
        actor=OPERATOR,
        now_us=now,
    )
    place = locations.create_location(tx, account_id, name=text, actor=OPERATOR, now_us=now)
    handle = store(tx, account_id, Picture(f"a picture of {account_id}".encode(), 1, 1), now_us=now)
    stamp = _issue(tx, account_id, card.card_id, me.person_id, text=text, now_us=now)
    upload = read_upload(f'Name,"{text.replace(chr(34), chr(34) * 2)}"\n"{text.replace(chr(34), chr(34) * 2)}",1\n'.encode())
    job = imports.begin(tx, account_id, file_name=file_name, upload=upload, actor=by, now_us=now)
    record(tx, NewAuditEntry(account_id, by, "card.updated", card.card_id, text, now, {"cardNm": [text, text]}))
    webhook_id, told_id = lay_out_webhook(tx, account_id, card.card_id, text=text, now_us=now)
    parts = {
        "card_id": card.card_id,
        "stamp_id": stamp.stamp_id,
        "event_id": history(tx, account_id, stamp.stamp_id, before_id=NEWEST, limit=1)[0].event_id,
        "location_id": place.location_id,
        "domain_id": domain.domain_id,
        "key_id": key.stored.key_id,
        "job_id": job.job_id,
        "person_id": mate.person_id,
        "session_id": opened[1].session_id,
        "link_id": invited.stored.link_id,
        "account_id": account_id,
        "webhook_id": webhook_id,
        "log_event_id": told_id,
        "audit_id": page_entries(tx, account_id, before_id=NEWEST, limit=1)[0].audit_id,
    }
    links = {"invitation": invited.token, "sign_in": sign_in.token, "password": password.token, "address": address.proof_token}
    dashboard = DashboardClient(shop.server.port, me, {"stampwell": opened[0].token})
    tokens = {before: links[kind] for before, kind in _LINK_KINDS.items()}
    return Premises(account_id, dashboard, parts, tokens, key.api_key, handle)


def _issue(tx: Tx, account_id: int, card_id: int, person_id: int, *, text: str, now_us: int) -> Issued:
    fields: dict[str, Any] = dict.fromkeys(("memo", "user_id", "user_name", "user_etc1", "user_etc2"), text)
    new = NewStamp(
        account_id=account_id,
        actor_kind="staff",
        actor_id=person_id,
        channel="dashboard",
        card_id=card_id,
        code=new_stamp_code(),
        domain="https://vvd.bz",
        needs_domain=False,
        starts_on="2026-01-01",
        ends_on="2026-12-31",
        active=True,
        user_phone="+1 123-4567-8900",
        user_phone_digits="112345678900",
        user_email="test@example.com",
        user_email_key=None,
        created_at=now_us,
        local_day="2026-03-02",
        **fields,
    )
    (issued,) = issue_batch(tx, [new])
    assert isinstance(issued, Issued), issued
    return issued
