"""Every form of the dashboard, sent by an account that is suspended before it is sent or in the middle of it."""

from collections.abc import Callable, Mapping
from functools import partial

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.dns import NameServer
from kit.pages import Premises, actions, csrf_of, filled_in, form_on, open_premises, places_of_forms, wait_for_imports
from kit.shop import Shop
from kit.shops import OpenShop
from kit.suspension import changes_nothing_while_suspended
from stampwell.dashboard.route import PageRoute
from stampwell.features.people.model import Permission

# What a person has to be able to do whatever their shop is: sign in and out, change their own name, address and password, end
# sessions, go to another shop.
OWN_AFFAIRS = {
    "/dashboard/sign-in",
    "/dashboard/sign-out",
    "/dashboard/forgot",
    "/dashboard/join/{token}",
    "/dashboard/join/{token}/sign-in",
    "/dashboard/join/{token}/accept",
    "/dashboard/enter/{token}",
    "/dashboard/password/{token}",
    "/dashboard/profile/name",
    "/dashboard/profile/password",
    "/dashboard/profile/address",
    "/dashboard/profile/address/{token}",
    "/dashboard/shops/{account_id:idx}",
    "/dashboard/profile/sessions/{session_id:idx}/sign-out",
    "/dashboard/profile/sessions/sign-out-others",
}

_STAMP = "/dashboard/stamps/{stamp_id:idx}"
_CARD = "/dashboard/cards/{card_id:idx}"
_JOB = "/dashboard/imports/{job_id:idx}"
_REFUND = "/dashboard/stamps/refund"

# What has to be so before the form can go well, by its path.
STATES: Mapping[str, str] = {
    f"{_STAMP}/remove": "UPDATE stamp SET stamps = 3 WHERE stamp_id = :stamp_id",
    f"{_STAMP}/redeem": "UPDATE stamp SET stamps = max_stamps WHERE stamp_id = :stamp_id",
    f"{_STAMP}/pin": "UPDATE stamp SET pin_hash = 'a hash' WHERE stamp_id = :stamp_id",
    "/dashboard/domains/{domain_id:idx}/check": "UPDATE domain SET checked_at = 1 WHERE domain_id = :domain_id",
    f"{_CARD}/unarchive": "UPDATE card SET archived_at = 1 WHERE card_id = :card_id",
    f"{_CARD}/delete": "DELETE FROM stamp WHERE card_id = :card_id",
    "/dashboard/people/{person_id:idx}/locations": (
        "UPDATE membership SET location_ids = '[' || CAST(:location_id AS text) || ']' WHERE person_id = :person_id"
    ),
    f"{_JOB}/columns": "UPDATE import_job SET state = 'checked' WHERE job_id = :job_id",
    f"{_JOB}/issue": "UPDATE import_job SET state = 'checked' WHERE job_id = :job_id",
    f"{_JOB}/stop": f"UPDATE import_job SET state = 'issuing', leased_until = {2**60} WHERE job_id = :job_id",
}
# What is typed into the form, beside what stands in it.
FIELDS: Mapping[str, Mapping[str, str]] = {
    "/dashboard/stamps/bulk": {"typed": "1"},
    f"{_STAMP}/extend": {"endYmd": "2027-03-01"},
    f"{_STAMP}/edit": {"userNm": "Somebody else"},
    "/dashboard/cards/new": {"cardNm": "Tea", "maxStamps": "3"},
    f"{_CARD}/edit": {"cardNm": "Another name"},
    "/dashboard/account": {"accountNm": "Another name"},
    "/dashboard/webhooks/new": {"url": "https://tea.example/another"},
    "/dashboard/webhooks/{webhook_id:idx}/edit": {"description": "Another one"},
    "/dashboard/locations": {"locationNm": "One more"},
    "/dashboard/locations/{location_id:idx}/rename": {"locationNm": "Another name"},
    "/dashboard/domains": {"domain": "https://one-more.example"},
    "/dashboard/people/new": {"email": "somebody@new.example", "role": "staff"},
    "/dashboard/people/{person_id:idx}/locations": {"location": ""},
    "/dashboard/people/{person_id:idx}/role": {"role": "staff"},
    f"{_JOB}/read": {"encoding": "utf-8"},
}


@pytest.fixture
def place(open_shop: OpenShop, dialect: str, name_server: NameServer) -> Shop:
    return open_shop(dialect, dns_servers=name_server.setting)


def test_ones_own_affairs_are_these_and_no_others(place: Shop) -> None:
    own = {page.path for page in actions(place.app.pages) if page.permission in {None, Permission.OWN}}
    assert own == OWN_AFFAIRS


def test_no_form_changes_anything(place: Shop, subtests: pytest.Subtests) -> None:
    forms = places_of_forms(place, open_premises(place))
    pages = actions(place.app.pages, but=OWN_AFFAIRS)
    assert len(pages) > 30
    for page in pages:
        with subtests.test(f"{page.method} {page.path}"):
            premises = open_premises(place)
            answer = changes_nothing_while_suspended(
                place,
                premises.account_id,
                partial(_ready, place, premises, page, forms.get(page.path)),
                lambda send: send(),
                lambda answer: answer.status == 403 and "suspended" in answer.text,
            )
            assert answer.status in {200, 303}, (page.path, answer.status, answer.text)
            wait_for_imports(place)


def _ready(shop: Shop, premises: Premises, page: PageRoute, on: PageRoute | None) -> Callable[[], DashboardPage]:
    """What sends the form."""
    if page.path in STATES:
        names = [name for name in premises.parts if f":{name}" in STATES[page.path]]
        shop.data.run(STATES[page.path], **{name: premises.parts[name] for name in names})
    special = {
        "/dashboard/imports/new": _upload,
        f"{_STAMP}/undo/{{event_id:idx}}": _undo,
        f"{_STAMP}/move": _move,
        f"{_STAMP}/delete": _delete,
        f"{_STAMP}/merge": _merge,
        _REFUND: _refund,
    }.get(page.path)
    if special is not None:
        return special(shop, premises)
    form = form_on(shop, premises, on, page)
    fields = filled_in(form, csrf_of(premises.dashboard), **FIELDS.get(page.path, {}))
    return partial(premises.dashboard.post, premises.path(page), fields)


def _upload(_shop: Shop, premises: Premises) -> Callable[[], DashboardPage]:
    path = "/dashboard/imports/new"
    page = premises.dashboard.get(path)
    return partial(premises.dashboard.upload, page, path, "file", "more.csv", b"Name\nKim\n")


def _undo(_shop: Shop, premises: Premises) -> Callable[[], DashboardPage]:
    dashboard, stamp = premises.dashboard, premises.path(_STAMP)
    page = dashboard.done(dashboard.get(stamp), f"{stamp}/add", count="1")
    (form,) = [form for form in page.forms if form.action.startswith(f"{stamp}/undo/")]
    return partial(dashboard.post, form.action, form.values)


def _delete(shop: Shop, premises: Premises) -> Callable[[], DashboardPage]:
    dashboard, path = premises.dashboard, premises.path(f"{_STAMP}/delete")
    code = str(shop.data.stamp(premises.parts["stamp_id"])["code"])
    return partial(_submitted, dashboard, dashboard.get(path), path, typed=code)


def _move(shop: Shop, premises: Premises) -> Callable[[], DashboardPage]:
    card = shop.data.rows(
        "SELECT card_id FROM card WHERE account_id = :account_id AND name = 'Other'", account_id=premises.account_id
    )
    dashboard, path = premises.dashboard, premises.path(f"{_STAMP}/move")
    if not card:
        dashboard.done(dashboard.get("/dashboard/cards/new"), "/dashboard/cards/new", cardNm="Other", maxStamps="10")
        return _move(shop, premises)
    return partial(_submitted, dashboard, dashboard.get(path), path, cardIdx=str(card[0]["card_id"]))


def _refund(shop: Shop, premises: Premises) -> Callable[[], DashboardPage]:
    dashboard, stamp = premises.dashboard, premises.path(_STAMP)
    dashboard.done(dashboard.get(stamp), f"{stamp}/add", count="1")
    sale = str(shop.data.ledger(premises.parts["stamp_id"])[-1]["event_id"])
    shop.data.run("UPDATE stamp_event SET order_ref = :sale WHERE event_id = :event", sale=sale, event=int(sale))
    return _posted(dashboard, dashboard.get(_REFUND, sale=sale), _REFUND)


def _merge(_shop: Shop, premises: Premises) -> Callable[[], DashboardPage]:
    dashboard, path = premises.dashboard, premises.path(f"{_STAMP}/merge")
    made = dashboard.done(dashboard.get("/dashboard/stamps/new"), "/dashboard/stamps/new")
    return _posted(dashboard, dashboard.get(path, into=made.path.rpartition("/")[2]), path)


def _posted(dashboard: DashboardClient, page: DashboardPage, path: str) -> Callable[[], DashboardPage]:
    """Of a page that has a search at the same path too."""
    (form,) = [form for form in page.forms if form.method == "post" and form.action == path]
    return partial(dashboard.post, path, form.values)


def _submitted(dashboard: DashboardClient, page: DashboardPage, path: str, **fields: str) -> DashboardPage:
    return dashboard.submit(page, path, **fields)
