"""Several people may give one address, and only one can have proved it: none of them helps to guess at another's password."""

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.people import Person
from kit.shop import Shop
from stampwell.core.actors import OPERATOR
from stampwell.features.people import access_links
from stampwell.features.people.model import Role

ALICE = "alice@beans.example"
PASSWORD, HERS = "correct horse battery", "mallory horse battery"
SIGN_IN = "/dashboard/sign-in"


def join(shop: Shop, account: Person, password: str, *, email: str = ALICE, proves: bool = False) -> DashboardClient:
    now_us = shop.clock.now_us()
    invited = shop.data.write(
        access_links.invite, account.account_id, email=email, role=Role.OWNER, actor=OPERATOR, now_us=now_us
    )
    dashboard, path = shop.stranger(), f"/dashboard/join/{invited.proof_token if proves else invited.token}"
    assert dashboard.submit(dashboard.get(path), path, name="Somebody", password=password).status == 303
    return dashboard


def sign_in(dashboard: DashboardClient, password: str, email: str = ALICE) -> DashboardPage:
    return dashboard.submit(dashboard.get(SIGN_IN), SIGN_IN, email=email, password=password)


def sign_out(dashboard: DashboardClient) -> None:
    dashboard.submit(dashboard.get("/dashboard"), "/dashboard/sign-out")


@pytest.fixture
def mallory(own_shop: Shop) -> DashboardClient:
    """Signed out; her own shop has invited her by Alice's address, and she was shown the link."""
    join(own_shop, own_shop.alice, PASSWORD, proves=True)
    dashboard = join(own_shop, own_shop.charlie, HERS)
    sign_out(dashboard)
    return dashboard


class TestGuessingAtTheOther:
    def test_from_a_browser_that_is_known_is_counted_as_from_any(self, mallory: DashboardClient) -> None:
        for _ in range(3):
            assert [sign_in(mallory, "wrong").status for _ in range(3)] == [403] * 3
            assert sign_in(mallory, HERS).status == 303
            sign_out(mallory)
        # It is not looked at any more, and not told from a wrong one.
        assert sign_in(mallory, PASSWORD).status == 403
        assert sign_in(mallory, HERS).status == 303

    def test_ones_own_password_in_between_clears_no_count(self, own_shop: Shop, mallory: DashboardClient) -> None:
        assert mallory.cookies
        statuses = []
        for _ in range(3):
            statuses += [sign_in(own_shop.stranger(), "wrong").status for _ in range(2)]
            statuses.append(sign_in(own_shop.stranger(), HERS).status)
        assert statuses == [403, 403, 303, 403, 403, 303, 403, 429, 429]

    def test_is_told_to_who_was_guessed_at(self, own_shop: Shop, mallory: DashboardClient) -> None:
        sign_in(mallory, "wrong")
        sign_in(own_shop.stranger(), "wrong")
        sign_in(own_shop.stranger(), HERS)
        alice = own_shop.stranger()
        assert "someone entered a wrong password 2 times" in alice.follow(sign_in(alice, PASSWORD)).text

    def test_with_ones_present_password_in_between_clears_no_count(self, own_shop: Shop, mallory: DashboardClient) -> None:
        sign_in(mallory, HERS)
        mallory.cookies.pop("stampwell_browser")
        profile = "/dashboard/profile"
        for _ in range(5):
            sign_in(own_shop.stranger(), "wrong")
        mallory.submit(mallory.get(profile), f"{profile}/password", present=HERS, password="another horse battery")
        assert sign_in(own_shop.stranger(), PASSWORD).status == 429


class TestWhoeverGivesTheSameAddress:
    def test_comes_in_by_their_own_password(self, mallory: DashboardClient) -> None:
        assert sign_in(mallory, PASSWORD).status == 303
        sign_out(mallory)
        assert sign_in(mallory, HERS).status == 303
        sign_out(mallory)
        assert sign_in(mallory, PASSWORD).status == 303

    def test_keeps_nobody_out_by_spelling_it_as_it_is_typed(self, own_shop: Shop) -> None:
        """Who gave an address first is compared with first, however others spell it."""
        join(own_shop, own_shop.alice, PASSWORD, email="Alice@Beans.example")
        for account in (own_shop.charlie, own_shop.open_account(name="Dora's")):
            join(own_shop, account, HERS)
        assert sign_in(own_shop.stranger(), PASSWORD).status == 303


class TestOneNetworkThatGoesOnAndOn:
    def test_locks_itself_alone(self, own_shop: Shop) -> None:
        """What is refused is not looked at, so it does not count for the person, nor fill the table."""
        alice = join(own_shop, own_shop.alice, PASSWORD, proves=True)
        sign_out(alice)
        for _ in range(5):
            assert sign_in(own_shop.stranger(), "wrong").status == 403
        for _ in range(30):
            assert sign_in(own_shop.stranger(), "wrong").status == 429
        (told,) = own_shop.data.rows("SELECT failures FROM sign_in_try WHERE subject LIKE 'told/%'")
        assert told["failures"] == 5
        rows = own_shop.data.count("sign_in_try")
        for number in range(65):
            assert sign_in(own_shop.stranger(), "wrong", f"x{number}@x.example").status == 403
        full = own_shop.data.count("sign_in_try")
        assert full > rows
        for number in range(10):
            assert sign_in(own_shop.stranger(), "wrong", f"y{number}@x.example").status == 429
        assert own_shop.data.count("sign_in_try") == full
