"""Every page and action of the route table, asked for by everybody: opened to those it is for, and to nobody else."""

from collections.abc import Callable, Iterable
from urllib.parse import parse_qs, urlsplit

import pytest

from kit.contents import everything
from kit.dashboard_client import DashboardClient, DashboardPage, FormSeen
from kit.pages import (
    SIGN_IN,
    Premises,
    actions,
    csrf_of,
    filled_in,
    form_on,
    forms_of,
    is_open,
    needs_own,
    open_premises,
    places_of_forms,
    wait_for_imports,
)
from kit.shop import Shop
from stampwell.core.actors import OPERATOR
from stampwell.dashboard.people.sign_in import path_after
from stampwell.dashboard.route import PageRoute
from stampwell.features.accounts.service import suspend
from stampwell.features.people.model import Permission, Role
from stampwell.features.people.service import remove

OWNER, MANAGER, STAFF = "owner", "manager", "staff"
WHO_MAY = {
    "view": {OWNER, MANAGER, STAFF},
    "own": {OWNER, MANAGER, STAFF},
    "stamp:issue": {OWNER, MANAGER, STAFF},
    "stamp:mark": {OWNER, MANAGER, STAFF},
    "stamp:manage": {OWNER, MANAGER},
    "card:manage": {OWNER, MANAGER},
    "domain:manage": {OWNER, MANAGER},
    "audit:read": {OWNER, MANAGER},
    "key:manage": {OWNER},
    "people:manage": {OWNER},
    "account:manage": {OWNER},
}
NOT_ALLOWED = "You don't have permission for this."
FOREIGN_FORM = "This page is out of date."
SIGN_OUT = "/dashboard/sign-out"


def test_it_is_said_for_every_permission_who_has_it() -> None:
    assert {permission.value for permission in Permission} == set(WHO_MAY)


def _send(dashboard: DashboardClient, page: PageRoute, path: str, form: FormSeen | None, csrf: str) -> DashboardPage:
    return dashboard.get(path) if page.method == "GET" else dashboard.post(path, filled_in(form, csrf))


def _all_refused(
    shop: Shop,
    premises: Premises,
    pages: Iterable[PageRoute],
    is_refusal: Callable[[PageRoute, DashboardPage], bool],
    csrf: str,
) -> None:
    """Each of those pages answers with the refusal, and nothing at all is different afterwards."""
    forms = forms_of(shop, open_premises(shop))
    # Of a test before this one.
    wait_for_imports(shop)
    before = everything(shop.data)
    answers = [(page, _send(premises.dashboard, page, premises.path(page), forms.get(page.path), csrf)) for page in pages]
    assert [(page.method, page.path, answer.status) for page, answer in answers if not is_refusal(page, answer)] == []
    assert everything(shop.data) == before


@pytest.mark.one_database
@pytest.mark.parametrize("role", [Role.MANAGER, Role.STAFF])
def test_what_is_not_for_a_role_is_refused_and_changes_nothing(shop: Shop, role: Role) -> None:
    premises = open_premises(shop, role=role)
    closed = [page for page in shop.app.pages if page.permission and role.value not in WHO_MAY[page.permission.value]]
    assert closed
    _all_refused(
        shop,
        premises,
        closed,
        lambda _, answer: answer.status == 403 and NOT_ALLOWED in answer.text,
        csrf_of(premises.dashboard),
    )


@pytest.mark.parametrize("role", list(Role))
def test_what_is_for_a_role_is_open_to_it(shop: Shop, role: Role) -> None:
    first = open_premises(shop, role=role)
    places = places_of_forms(shop, first)
    closed = []
    for page in shop.app.pages:
        if page.permission is not None and role.value in WHO_MAY[page.permission.value]:
            # What an action does may be in the way of the next one.
            premises = open_premises(shop, role=role) if page.method == "POST" else first
            csrf = csrf_of(premises.dashboard) if page.method == "POST" else ""
            mine = form_on(shop, premises, places.get(page.path), page) if page.method == "POST" else None
            answer = _send(premises.dashboard, page, premises.path(page), mine, csrf)
            if not _let_in(page, answer):
                closed.append((page.method, page.path, answer.status, answer.text[:200]))
    assert closed == []


def _let_in(page: PageRoute, answer: DashboardPage) -> bool:
    if answer.status == 303:
        return page.path == SIGN_OUT or not answer.location.startswith(SIGN_IN)
    refused = NOT_ALLOWED in answer.text or FOREIGN_FORM in answer.text
    return answer.status == 200 or (page.method == "POST" and not refused and answer.status in {400, 409})


def _sent_to_sign_in(page: PageRoute, answer: DashboardPage) -> bool:
    """With the way back to the page, if it was one to look at."""
    if answer.status != 303 or urlsplit(answer.location).path != SIGN_IN:
        return False
    wanted = parse_qs(urlsplit(answer.location).query).get("next", [])
    if page.method == "POST" or page.path == "/dashboard":
        return wanted == []
    return wanted == [answer.path] and path_after(answer.path) == answer.path


def _guarded(pages: Iterable[PageRoute]) -> list[PageRoute]:
    return [page for page in pages if not is_open(page)]


def test_whoever_is_not_signed_in_is_sent_to_sign_in(shop: Shop) -> None:
    owner = open_premises(shop)
    nobody = Premises(owner.account_id, shop.stranger(), owner.parts, owner.links, owner.key, owner.handle)
    _all_refused(shop, nobody, _guarded(shop.app.pages), _sent_to_sign_in, csrf_of(owner.dashboard))


def test_whoever_was_removed_a_moment_ago_is_signed_out(shop: Shop) -> None:
    premises = open_premises(shop)
    csrf, person = csrf_of(premises.dashboard), premises.dashboard.person
    assert person is not None
    shop.data.write(remove, premises.account_id, person.person_id, actor=OPERATOR, now_us=shop.clock.now_us())
    _all_refused(shop, premises, _guarded(shop.app.pages), _sent_to_sign_in, csrf)


def test_a_suspended_account_is_closed_but_for_ones_own_affairs(shop: Shop, subtests: pytest.Subtests) -> None:
    premises = open_premises(shop)
    csrf = csrf_of(premises.dashboard)
    shop.data.write(suspend, premises.account_id, actor=OPERATOR, now_us=shop.clock.now_us())
    closed = [page for page in _guarded(shop.app.pages) if not needs_own(page)]
    _all_refused(shop, premises, closed, lambda _, answer: answer.status == 403 and "suspended" in answer.text, csrf)
    for page in actions(shop.app.pages, "GET"):
        with subtests.test(f"{page.method} {page.path}"):
            if needs_own(page):
                assert premises.dashboard.get(premises.path(page)).status == 200
    assert premises.dashboard.post(SIGN_OUT, filled_in(None, csrf)).location == SIGN_IN
