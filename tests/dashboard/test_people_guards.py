"""What keeps people apart: who may open which page, and what somebody may still do who may do less than before."""

import pytest

from kit.dashboard_client import DashboardClient
from kit.shop import Shop
from kit.stamps import issue, make_card, shown
from stampwell.core.actors import OPERATOR
from stampwell.features.people import service
from stampwell.features.people.model import Role

OPEN, OWN, PEOPLE = None, "own", "people:manage"
NEEDS = {
    ("GET", "/dashboard/sign-in"): OPEN,
    ("POST", "/dashboard/sign-in"): OPEN,
    ("POST", "/dashboard/sign-out"): OWN,
    ("GET", "/dashboard/enter/{token}"): OPEN,
    ("POST", "/dashboard/enter/{token}"): OPEN,
    ("GET", "/dashboard/password/{token}"): OPEN,
    ("POST", "/dashboard/password/{token}"): OPEN,
    ("GET", "/dashboard/join/{token}"): OPEN,
    ("POST", "/dashboard/join/{token}"): OPEN,
    ("GET", "/dashboard/join/{token}/sign-in"): OPEN,
    ("POST", "/dashboard/join/{token}/sign-in"): OPEN,
    ("POST", "/dashboard/join/{token}/accept"): OPEN,
    ("GET", "/dashboard/forgot"): OPEN,
    ("POST", "/dashboard/forgot"): OPEN,
    ("GET", "/dashboard/forgot/sent"): OPEN,
    ("GET", "/dashboard/people"): PEOPLE,
    ("GET", "/dashboard/people/new"): PEOPLE,
    ("POST", "/dashboard/people/new"): PEOPLE,
    ("POST", "/dashboard/people/invitations/{link_id:idx}/revoke"): PEOPLE,
    ("GET", "/dashboard/people/{person_id:idx}"): PEOPLE,
    ("POST", "/dashboard/people/{person_id:idx}/role"): PEOPLE,
    ("POST", "/dashboard/people/{person_id:idx}/locations"): PEOPLE,
    ("POST", "/dashboard/people/{person_id:idx}/sign-out"): PEOPLE,
    ("POST", "/dashboard/people/{person_id:idx}/password-link"): PEOPLE,
    ("GET", "/dashboard/people/{person_id:idx}/remove"): PEOPLE,
    ("POST", "/dashboard/people/{person_id:idx}/remove"): PEOPLE,
    ("GET", "/dashboard/profile"): OWN,
    ("POST", "/dashboard/profile/name"): OWN,
    ("POST", "/dashboard/profile/password"): OWN,
    ("POST", "/dashboard/profile/address"): OWN,
    ("GET", "/dashboard/profile/address/{token}"): OWN,
    ("POST", "/dashboard/profile/address/{token}"): OWN,
    ("POST", "/dashboard/profile/sessions/{session_id:idx}/sign-out"): OWN,
    ("POST", "/dashboard/profile/sessions/sign-out-others"): OWN,
    ("POST", "/dashboard/shops/{account_id:idx}"): OWN,
}
"""What each page of people needs, written down by hand: a page whose guard is changed by mistake is noticed."""

_PARTS = ("sign-in", "sign-out", "enter", "password", "join", "forgot", "people", "profile", "shops")


@pytest.mark.one_database
def test_every_page_of_people_needs_what_it_did(shop: Shop) -> None:
    pages = [page for page in shop.app.pages if page.path.split("/")[2:] and page.path.split("/")[2] in _PARTS]
    assert {(page.method, page.path): page.permission and page.permission.value for page in pages} == NEEDS


class TestWhoWasMadeLess:
    """Somebody who did something as a manager, and is staff now."""

    @pytest.fixture
    def manager(self, own_shop: Shop) -> DashboardClient:
        return own_shop.dashboard(role=Role.MANAGER)

    def make_staff(self, shop: Shop, dashboard: DashboardClient) -> None:
        assert dashboard.person is not None
        shop.data.write(
            service.change_role,
            dashboard.person.account_id,
            dashboard.person.person_id,
            Role.STAFF,
            actor=OPERATOR,
            now_us=shop.clock.now_us(),
        )

    def test_undoes_nothing_that_only_a_manager_does(self, own_shop: Shop, manager: DashboardClient) -> None:
        stamp = issue(own_shop, make_card(own_shop))
        path = f"/dashboard/stamps/{stamp}"
        page = manager.done(manager.get(f"{path}/switch"), f"{path}/switch")
        assert shown(own_shop, stamp)["activeYn"] == "N"
        undo = next(form.action for form in page.forms if "/undo/" in form.action)
        self.make_staff(own_shop, manager)
        assert "/undo/" not in manager.get(path).html
        refused = manager.submit(page, undo)
        assert (refused.status, "That cannot be undone any more" in refused.text) == (409, True)
        assert shown(own_shop, stamp)["activeYn"] == "N"

    def test_undoes_what_staff_do_too(self, own_shop: Shop, manager: DashboardClient) -> None:
        stamp = issue(own_shop, make_card(own_shop))
        path = f"/dashboard/stamps/{stamp}"
        page = manager.done(manager.get(path), f"{path}/add", count="2")
        undo = next(form.action for form in page.forms if "/undo/" in form.action)
        self.make_staff(own_shop, manager)
        assert manager.submit(page, undo).status == 303
        assert shown(own_shop, stamp)["stamps"] == 0

    def test_a_form_of_before_does_nothing(self, own_shop: Shop, manager: DashboardClient) -> None:
        stamp = issue(own_shop, make_card(own_shop))
        path = f"/dashboard/stamps/{stamp}/extend"
        page = manager.get(path)
        self.make_staff(own_shop, manager)
        assert manager.submit(page, path, endYmd="2027-05-03").status == 403
        assert shown(own_shop, stamp)["endYmd"] == "2026-12-31"

    def test_a_role_in_one_shop_is_none_in_another(self, own_shop: Shop, manager: DashboardClient) -> None:
        """A manager here, staff there: what the page shows decides, not what the person may elsewhere."""
        assert manager.person is not None
        account_id = own_shop.charlie.account_id
        now_us = own_shop.clock.now_us()
        own_shop.data.write(service.add_member, account_id, manager.person.person_id, role=Role.STAFF, now_us=now_us)
        assert manager.get("/dashboard/cards/new").status == 200
        manager.submit(manager.get("/dashboard"), f"/dashboard/shops/{account_id}")
        assert manager.get("/dashboard/cards/new").status == 403
        manager.submit(manager.get("/dashboard"), f"/dashboard/shops/{manager.person.account_id}")
        assert manager.get("/dashboard/cards/new").status == 200
