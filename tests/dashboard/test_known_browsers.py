"""Wrong tries of others lock nobody out of a browser that they know, and whoever signs in is told of them."""

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.load import wait_for
from kit.mail import SENDER, Mailbox, serving
from kit.shop import Shop
from kit.shops import OpenShop
from stampwell.core.actors import OPERATOR
from stampwell.features.people import access_links, known_browsers, throttling
from stampwell.features.people.model import Role

PASSWORD = "correct horse battery"
SIGN_IN = "/dashboard/sign-in"
ALICE = "alice@beans.example"
COOKIE = "stampwell_browser"
MINUTE_S = 60


def join(shop: Shop, email: str = ALICE) -> DashboardClient:
    link = shop.data.write(
        access_links.invite, shop.alice.account_id, email=email, role=Role.OWNER, actor=OPERATOR, now_us=shop.clock.now_us()
    )
    dashboard, path = shop.stranger(), f"/dashboard/join/{link.token}"
    assert dashboard.submit(dashboard.get(path), path, name="Alice", password=PASSWORD).status == 303
    return dashboard


def sign_in(dashboard: DashboardClient, password: str = PASSWORD, email: str = ALICE) -> DashboardPage:
    return dashboard.submit(dashboard.get(SIGN_IN), SIGN_IN, email=email, password=password)


def sign_out(dashboard: DashboardClient) -> None:
    dashboard.submit(dashboard.get("/dashboard"), "/dashboard/sign-out")


def lock_out(shop: Shop) -> None:
    """31 wrong tries from many networks, and as many as lock this one."""
    for number in range(31):
        shop.data.write(
            throttling.count_try, ALICE, f"192.0.2.{number}", browser="", address="192.0.2.1", now_us=shop.clock.now_us()
        )
    for _ in range(101):
        shop.data.write(
            throttling.count_try, "x@x.example", "127.0.0.1", browser="", address="192.0.2.1", now_us=shop.clock.now_us()
        )


class TestLocks:
    def test_do_not_hold_up_a_browser_that_is_known(self, own_shop: Shop) -> None:
        dashboard = join(own_shop)
        sign_out(dashboard)
        lock_out(own_shop)
        assert sign_in(own_shop.stranger()).status == 429
        assert sign_in(dashboard).location == "/dashboard"

    def test_hold_up_a_browser_that_is_known_for_somebody_else(self, own_shop: Shop) -> None:
        bob = join(own_shop, "bob@beans.example")
        sign_out(bob)
        lock_out(own_shop)
        assert sign_in(bob).status == 429
        assert sign_in(bob, email="bob@beans.example").status == 303

    def test_a_browser_that_is_known_has_tries_of_its_own(self, own_shop: Shop) -> None:
        dashboard = join(own_shop)
        sign_out(dashboard)
        assert [sign_in(dashboard, "wrong").status for _ in range(5)] == [403] * 5
        locked = sign_in(dashboard)
        assert (locked.status, locked.headers["Retry-After"]) == (429, "900")
        assert sign_in(own_shop.stranger()).status == 303
        own_shop.clock.advance(seconds=15 * MINUTE_S + 1)
        assert sign_in(dashboard).status == 303

    def test_a_browser_that_two_take_turns_at_is_known_for_both(self, own_shop: Shop) -> None:
        dashboard = join(own_shop)
        join(own_shop, "bob@beans.example")
        sign_out(dashboard)
        assert sign_in(dashboard, email="bob@beans.example").status == 303
        sign_out(dashboard)
        lock_out(own_shop)
        assert sign_in(dashboard).status == 303

    @pytest.mark.parametrize("change", ["until", "nonce", "mac", "garbage"])
    def test_a_cookie_that_somebody_made_up_is_none(self, own_shop: Shop, change: str) -> None:
        dashboard = join(own_shop)
        sign_out(dashboard)
        until, nonce, mac = dashboard.cookies[COOKIE].split(".")
        dashboard.cookies[COOKIE] = {
            "until": f"{int(until) + 1}.{nonce}.{mac}",
            "nonce": f"{until}.{nonce[::-1]}.{mac}",
            "mac": f"{until}.{nonce}.{'0' * len(mac)}",
            "garbage": "~.~..é9999999999999999.x.y".encode().decode("latin-1"),
        }[change]
        lock_out(own_shop)
        assert sign_in(dashboard).status == 429

    def test_a_browser_is_forgotten_in_the_end(self, own_shop: Shop) -> None:
        dashboard = join(own_shop)
        sign_out(dashboard)
        own_shop.clock.advance(seconds=known_browsers.REMEMBERED_S + 1)
        lock_out(own_shop)
        assert sign_in(dashboard).status == 429

    def test_a_try_that_goes_well_clears_no_count_of_the_network(self, own_shop: Shop) -> None:
        join(own_shop)
        for number in range(99):
            email, now_us = f"x{number}@x.example", own_shop.clock.now_us()
            own_shop.data.write(throttling.count_try, email, "127.0.0.1", browser="", address="192.0.2.1", now_us=now_us)
        assert [sign_in(own_shop.stranger()).status for _ in range(3)] == [303] * 3
        statuses = [sign_in(own_shop.stranger(), email=email).status for email in ("y@x.example", "z@x.example")]
        assert statuses == [403, 429]

    def test_many_who_sign_in_behind_one_address_lock_nobody_out(self, own_shop: Shop) -> None:
        join(own_shop)
        assert {sign_in(own_shop.stranger()).status for _ in range(101)} == {303}


@pytest.mark.one_database
class TestCookie:
    def test_is_kept_from_scripts_and_other_sites(self, own_shop: Shop) -> None:
        join(own_shop)
        cookies = sign_in(own_shop.stranger()).headers.get_all("Set-Cookie") or []
        (cookie,) = [one for one in cookies if one.startswith(f"{COOKIE}=")]
        parts = {part.strip() for part in cookie.split(";")}
        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= parts
        assert "Secure" not in parts
        assert ALICE not in cookie

    def test_over_https_is_kept_to_it(self, open_shop: OpenShop, dialect: str) -> None:
        shop = open_shop(dialect, dashboard_url="https://stamps.example")
        join(shop)
        cookies = sign_in(shop.stranger()).headers.get_all("Set-Cookie") or []
        assert {cookie.split("=")[0] for cookie in cookies} == {"__Host-stampwell", "__Host-stampwell-browser"}
        for cookie in cookies:
            assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}, cookie

    def test_a_sign_in_that_went_wrong_gives_none(self, own_shop: Shop) -> None:
        join(own_shop)
        assert sign_in(own_shop.stranger(), "wrong").headers["Set-Cookie"] is None

    def test_grows_no_longer_than_some_people(self) -> None:
        cookie = ""
        for number in range(20):
            cookie = known_browsers.remember(cookie, f"x{number}@x.example", number, secret="00" * 32, now_us=1)
        assert len(cookie.split("~")) == 6
        assert len(known_browsers.remember(cookie, "x19@x.example", 19, secret="00" * 32, now_us=1).split("~")) == 6
        assert known_browsers.find_nonce(cookie, "x19@x.example", 19, secret="00" * 32, now_us=1)
        assert not known_browsers.find_nonce(cookie, "x19@x.example", 18, secret="00" * 32, now_us=1)
        assert not known_browsers.find_nonce(cookie, "x0@x.example", 0, secret="00" * 32, now_us=1)
        assert not known_browsers.find_nonce(cookie, "x19@x.example", 19, secret="01" * 32, now_us=1)


class TestBeingTold:
    def test_after_signing_in(self, own_shop: Shop) -> None:
        join(own_shop)
        for _ in range(3):
            sign_in(own_shop.stranger(), "wrong")
        dashboard = own_shop.stranger()
        assert "someone entered a wrong password 3 times" in dashboard.follow(sign_in(dashboard)).text
        assert "wrong password" not in dashboard.get("/dashboard").text
        again = own_shop.stranger()
        assert "wrong password" not in again.follow(sign_in(again)).text

    def test_also_days_later_and_in_a_browser_that_is_known(self, own_shop: Shop) -> None:
        dashboard = join(own_shop)
        sign_out(dashboard)
        sign_in(own_shop.stranger(), "wrong")
        now_us = own_shop.clock.now_us()
        own_shop.data.write(throttling.prune_tries, before_us=now_us + 1)
        own_shop.clock.advance(seconds=3 * 86_400)
        assert "someone entered a wrong password 1 time" in dashboard.follow(sign_in(dashboard)).text

    def test_not_of_ones_own_slips_in_a_browser_that_is_known(self, own_shop: Shop) -> None:
        dashboard = join(own_shop)
        sign_out(dashboard)
        sign_in(dashboard, "wrong")
        assert "wrong password" not in dashboard.follow(sign_in(dashboard)).text

    def test_counts_are_not_kept_for_ever(self, own_shop: Shop) -> None:
        join(own_shop)
        sign_in(own_shop.stranger(), "wrong")
        assert own_shop.data.count("sign_in_try") == 5
        now_us = own_shop.clock.now_us()
        own_shop.data.write(throttling.prune_tries, before_us=now_us + 1)
        assert own_shop.data.count("sign_in_try") == 1
        own_shop.data.write(throttling.prune_tries, before_us=now_us + 1 + 30 * 86_400 * 1_000_000)
        assert own_shop.data.count("sign_in_try") == 0


@pytest.mark.one_database
class TestLetter:
    @pytest.fixture
    def box(self) -> Mailbox:
        return Mailbox()

    @pytest.fixture
    def shop(self, open_shop: OpenShop, dialect: str, box: Mailbox) -> Iterator[Shop]:
        for port in serving(box):
            url = f"smtp://127.0.0.1:{port}"
            yield open_shop(dialect, smtp_url=url, mail_from=SENDER, dashboard_url="http://stamps.beans.example")

    def test_tells_once_a_day_that_an_address_was_locked(self, shop: Shop, box: Mailbox) -> None:
        join(shop)
        assert [sign_in(shop.stranger(), "wrong").status for _ in range(6)] == [403] * 5 + [429]
        wait_for(lambda: len(box.taken) == 1)
        ((to, message),) = box.taken
        assert (to, message["Subject"]) == ([ALICE], "Wrong passwords at Bean & Co")
        assert "Nobody got in." in str(message.get_content())
        shop.clock.advance(seconds=20 * MINUTE_S)
        assert [sign_in(shop.stranger(), "wrong").status for _ in range(6)] == [403] * 5 + [429]
        shop.clock.advance(seconds=86_400)
        assert [sign_in(shop.stranger(), "wrong").status for _ in range(6)] == [403] * 5 + [429]
        wait_for(lambda: len(box.taken) == 2)

    def test_goes_to_nobody_who_is_not_known(self, shop: Shop, box: Mailbox) -> None:
        join(shop)
        assert [sign_in(shop.stranger(), "wrong", "nobody@x.example").status for _ in range(6)] == [403] * 5 + [429]
        assert [sign_in(shop.stranger(), "wrong").status for _ in range(6)] == [403] * 5 + [429]
        wait_for(lambda: len(box.taken) == 1)
        assert box.taken[0][0] == [ALICE]


@pytest.mark.one_database
class TestLog:
    def test_each_refused_sign_in_leaves_one_line_without_password_and_address(self, own_shop: Shop) -> None:
        join(own_shop)
        (alice,) = own_shop.data.rows("SELECT person_id FROM person")
        with capture_logs() as logs:
            for _ in range(6):
                sign_in(own_shop.stranger(), "hunter2 hunter2")
            sign_in(own_shop.stranger(), "hunter2 hunter2", "nobody@x.example")
        lines = [line for line in logs if line["event"] == "sign-in refused"]
        assert [line["cause"] for line in lines] == ["wrong"] * 5 + ["locked", "wrong"]
        assert [line.get("people") for line in lines] == [[alice["person_id"]]] * 5 + [None, []]
        assert {line["network"] for line in lines} == {"127.0.0.1"}
        assert not any(text in repr(logs) for text in ("hunter2", ALICE, "nobody@x.example"))

    def test_so_does_a_wrong_present_password(self, own_shop: Shop) -> None:
        dashboard, path = join(own_shop), "/dashboard/profile"
        with capture_logs() as logs:
            dashboard.submit(
                dashboard.get(path), f"{path}/password", present="hunter2 hunter2", password="another horse battery"
            )
        (line,) = [line for line in logs if line["event"] == "password refused"]
        assert line["cause"] == "wrong"
        assert "hunter2" not in repr(logs)
