"""When too many wait for their passwords to be compared: a clear word, at once, and nobody's try is counted as a wrong one."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kit import stamps
from kit.dashboard_client import DashboardPage
from kit.people import Person
from kit.refusals import refusal
from kit.shop import Shop
from kit.stamps import code_of
from stampwell.core.actors import OPERATOR
from stampwell.core.passwords import Passwords
from stampwell.features.people import access_links
from stampwell.features.people.model import Role
from stampwell.features.stamps.pins import MOST_CHANGES_A_DAY

PASSWORD = "correct horse battery"
SIGN_IN = "/dashboard/sign-in"
BUSY = "The server is busy right now."


@contextmanager
def no_room(shop: Shop, *, by: str = "") -> Iterator[None]:
    """As if all places were taken, or all that clients of that network may have."""
    (sign_in,) = [page for page in shop.app.pages if (page.method, page.path) == ("POST", SIGN_IN)]
    passwords: Passwords = sign_in.handler.__self__._deps.passwords  # type: ignore[attr-defined]
    threads = passwords._threads
    if by:
        threads._taken_by[by] += threads._most_of_one
        yield
        threads._taken_by[by] -= threads._most_of_one
        return
    taken, threads._taken = threads._taken, threads._most
    yield
    threads._taken = taken


def told(page: DashboardPage) -> None:
    assert (page.status, BUSY in page.text) == (503, True), page.text


@pytest.fixture
def card(own_shop: Shop) -> int:
    return stamps.make_card(own_shop, onsiteYn="Y", onsitePwd="latte77")


def test_signing_in(own_shop: Shop) -> None:
    invited = own_shop.data.write(
        access_links.invite,
        own_shop.alice.account_id,
        email="alice@beans.example",
        role=Role.OWNER,
        actor=OPERATOR,
        now_us=own_shop.clock.now_us(),
    )
    join, stranger = f"/dashboard/join/{invited.token}", own_shop.stranger()
    page = stranger.get(join)
    with no_room(own_shop):
        told(stranger.submit(page, join, name="Alice Brown", password=PASSWORD))
    # The link is not spent.
    assert stranger.submit(page, join, name="Alice Brown", password=PASSWORD).location == "/dashboard"
    other = own_shop.stranger()
    with no_room(own_shop):
        for _ in range(10):
            told(other.submit(other.get(SIGN_IN), SIGN_IN, email="alice@beans.example", password="wrong"))
        assert own_shop.data.count("sign_in_try") == 0
    assert other.submit(other.get(SIGN_IN), SIGN_IN, email="alice@beans.example", password=PASSWORD).status == 303


def test_staff_on_the_customers_phone(own_shop: Shop, card: int) -> None:
    number = stamps.issue(own_shop, card, marks=1)
    path = f"/stamp/{code_of(own_shop, number)}"
    phone = own_shop.stranger()
    with no_room(own_shop), stamps.unchanged(own_shop):
        for _ in range(10):
            told(phone.submit(phone.get(f"{path}/staff"), f"{path}/mark", onsitePwd="wrong"))
    assert phone.submit(phone.get(f"{path}/staff"), f"{path}/mark", onsitePwd="latte77").status == 303


def test_a_pin_that_cannot_be_changed_today_is_not_hashed(own_shop: Shop, card: int) -> None:
    path = f"/stamp/{code_of(own_shop, stamps.issue(own_shop, card))}"
    phone, choose = own_shop.stranger(), f"{path}/pin/choose"
    for number in range(MOST_CHANGES_A_DAY):
        assert phone.submit(phone.get(choose), choose, pin=f"407{number}", again=f"407{number}").status == 303
    with no_room(own_shop):
        assert phone.submit(phone.get(choose), choose, pin="4071", again="4071").status == 429


@pytest.mark.one_database
def test_whoever_has_many_compared_keeps_nobody_else_out(own_shop: Shop, card: int) -> None:
    """A PIN of one's own may be told as often as one likes, and takes as long as any other password."""
    path = f"/stamp/{code_of(own_shop, stamps.issue(own_shop, card, marks=1))}"
    phone, staff = own_shop.stranger(), own_shop.stranger()
    phone.submit(phone.get(f"{path}/pin/choose"), f"{path}/pin/choose", pin="4071", again="4071")
    other = f"/stamp/{code_of(own_shop, stamps.issue(own_shop, card, marks=1))}"
    sheet = staff.get(f"{other}/staff")

    def statuses() -> list[int]:
        dashboard = own_shop.stranger()
        return [
            dashboard.submit(dashboard.get(SIGN_IN), SIGN_IN, email="alice@beans.example", password="wrong").status,
            dashboard.submit(dashboard.get(path), f"{path}/pin", pin="0000").status,
            phone.submit(phone.get(f"{path}/pin/choose"), f"{path}/pin/choose", pin="4072", again="4072").status,
            staff.submit(sheet, f"{other}/mark", onsitePwd="wrong").status,
        ]

    with no_room(own_shop, by="127.0.0.1"), stamps.unchanged(own_shop):
        assert statuses() == [503] * 4
    with no_room(own_shop, by="192.0.2.7"):
        assert statuses() == [403, 403, 303, 403]


def test_the_pin(own_shop: Shop, card: int) -> None:
    path = f"/stamp/{code_of(own_shop, stamps.issue(own_shop, card))}"
    phone, other = own_shop.stranger(), own_shop.stranger()
    with no_room(own_shop), stamps.unchanged(own_shop):
        told(phone.submit(phone.get(f"{path}/pin/choose"), f"{path}/pin/choose", pin="4071", again="4071"))
    assert phone.submit(phone.get(f"{path}/pin/choose"), f"{path}/pin/choose", pin="4071", again="4071").status == 303
    with no_room(own_shop), stamps.unchanged(own_shop):
        for _ in range(10):
            told(other.submit(other.get(path), f"{path}/pin", pin="0000"))
    assert other.submit(other.get(path), f"{path}/pin", pin="4071").status == 303


def test_redeeming_by_api_and_in_the_dashboard(own_shop: Shop, card: int) -> None:
    number = stamps.issue(own_shop, card, marks=stamps.GOAL)
    with no_room(own_shop), stamps.unchanged(own_shop):
        for _ in range(10):
            answer = stamps.ask(own_shop, "redeem", number, onsitePwd="wrong")
            assert (answer.status, answer.json) == (
                503,
                refusal(
                    50301,
                    "The server is too busy just now, and nothing was stored. Send the same request again in a moment.",
                ),
            )
            assert answer.headers["Retry-After"] == "2"
    assert stamps.do(own_shop, "redeem", number, onsitePwd="latte77") is None
    # Whoever is signed in has none compared.
    other = f"/dashboard/stamps/{stamps.issue(own_shop, card, marks=stamps.GOAL)}"
    dashboard = own_shop.dashboard()
    with no_room(own_shop):
        assert dashboard.submit(dashboard.get(other), f"{other}/redeem").status == 303


def test_a_card_with_a_staff_password(own_shop: Shop) -> None:
    alice: Person = own_shop.alice
    body = {"cardNm": "Tea", "maxStamps": 3, "onsiteYn": "Y", "onsitePwd": "latte77"}
    with no_room(own_shop), stamps.unchanged(own_shop):
        assert own_shop.request("POST", "/api/card/v1/create", by=alice, body=body).json["code"] == 50301
    assert own_shop.request("POST", "/api/card/v1/create", by=alice, body=body).status == 200
