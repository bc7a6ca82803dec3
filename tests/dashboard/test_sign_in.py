"""Signing in: one sentence for every failure, tries that are counted, a fresh session, and never to another site."""

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.shop import Shop
from kit.shops import OpenShop
from stampwell.core.actors import OPERATOR
from stampwell.dashboard.people.sign_in import path_after
from stampwell.features.people import access_links
from stampwell.features.people.model import Role
from stampwell.features.people.sessions import IDLE_US, LONGEST_US

PASSWORD = "correct horse battery"
SIGN_IN = "/dashboard/sign-in"
MINUTE_US = 60_000_000


def join(shop: Shop, email: str, *, role: Role = Role.OWNER) -> DashboardClient:
    """Somebody who was invited to Alice's shop and has joined with `PASSWORD`."""
    link = shop.data.write(
        access_links.invite, shop.alice.account_id, email=email, role=role, actor=OPERATOR, now_us=shop.clock.now_us()
    )
    dashboard, path = shop.stranger(), f"/dashboard/join/{link.token}"
    page = dashboard.submit(dashboard.get(path), path, name="Alice Brown", password=PASSWORD)
    assert page.location == "/dashboard"
    return dashboard


def sign_in(dashboard: DashboardClient, email: str, password: str = PASSWORD, **query: str) -> DashboardPage:
    return dashboard.submit(dashboard.get(SIGN_IN, **query), SIGN_IN, email=email, password=password)


def later(shop: Shop, passed_us: int) -> None:
    shop.clock.advance(seconds=passed_us / 1_000_000)


class TestSigningIn:
    def test_leads_home(self, own_shop: Shop) -> None:
        join(own_shop, "alice@beans.example")
        dashboard = own_shop.stranger()
        page = dashboard.follow(sign_in(dashboard, "Alice@Beans.example"))
        assert (page.path, page.status) == ("/dashboard", 200)
        assert "Bean & Co" in page.text

    def test_takes_an_address_in_any_of_its_spellings(self, own_shop: Shop) -> None:
        """Browsers send the domain of an address as the DNS has it, whatever was typed."""
        join(own_shop, "Alice@Bücher.example")
        for email in ("alice@bücher.example", "ALICE@xn--bcher-kva.example", "Alice@BÜCHER.example"):
            assert sign_in(own_shop.stranger(), email).location == "/dashboard"
        assert "That e-mail address and password do not" in sign_in(own_shop.stranger(), "alice@bucher.example").text

    def test_leads_to_the_page_that_was_wanted(self, own_shop: Shop) -> None:
        join(own_shop, "alice@beans.example")
        dashboard = own_shop.stranger()
        wanted = dashboard.get("/dashboard/account")
        assert (
            sign_in(dashboard, "alice@beans.example", next="/dashboard/stamps?state=full").location
            == "/dashboard/stamps?state=full"
        )
        assert wanted.location.startswith(SIGN_IN)

    @pytest.mark.parametrize(("email", "password"), [("alice@beans.example", "wrong"), ("nobody@beans.example", PASSWORD)])
    def test_one_sentence_for_every_failure(self, own_shop: Shop, email: str, password: str) -> None:
        join(own_shop, "alice@beans.example")
        dashboard = own_shop.stranger()
        page = sign_in(dashboard, email, password)
        assert page.status == 403
        assert "That e-mail address and password do not belong together." in page.text
        assert (email in page.html, password in page.html) == (True, False)
        assert dashboard.cookies == {}

    def test_the_cookie_is_kept_from_scripts_and_other_sites(self, own_shop: Shop) -> None:
        join(own_shop, "alice@beans.example")
        cookie = sign_in(own_shop.stranger(), "alice@beans.example").headers["Set-Cookie"]
        assert cookie.startswith("stampwell=")
        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}

    def test_over_https_the_cookie_is_kept_to_it(self, open_shop: OpenShop, dialect: str) -> None:
        shop = open_shop(dialect, dashboard_url="https://stamps.example")
        join(shop, "alice@beans.example")
        cookie = sign_in(shop.stranger(), "alice@beans.example").headers["Set-Cookie"]
        assert cookie.startswith("__Host-stampwell=")
        assert "Secure" in cookie

    def test_a_session_that_was_planted_is_not_taken_over(self, own_shop: Shop) -> None:
        join(own_shop, "alice@beans.example")
        dashboard = own_shop.stranger()
        dashboard.cookies["stampwell"] = "planted"
        sign_in(dashboard, "alice@beans.example")
        assert dashboard.cookies["stampwell"] != "planted"

    def test_signing_in_anew_ends_the_session_before(self, own_shop: Shop) -> None:
        dashboard = join(own_shop, "alice@beans.example")
        old = dict(dashboard.cookies)
        link = own_shop.data.write(access_links.link_for, "sign_in", "alice@beans.example", now_us=own_shop.clock.now_us())
        path = f"/dashboard/enter/{link.token}"
        assert dashboard.submit(dashboard.get(path), path).location == "/dashboard"
        assert dashboard.cookies != old
        assert DashboardClient(dashboard.port, cookies=old).get("/dashboard").location == SIGN_IN


class TestThrottling:
    def test_five_wrong_tries_lock_for_a_quarter_of_an_hour(self, own_shop: Shop) -> None:
        join(own_shop, "alice@beans.example")
        dashboard = own_shop.stranger()
        assert [sign_in(dashboard, "alice@beans.example", "wrong").status for _ in range(5)] == [403] * 5
        page = sign_in(dashboard, "alice@beans.example")
        assert (page.status, page.headers["Retry-After"]) == (429, "900")
        assert "Too many tries. Wait 15 min" in page.text
        later(own_shop, 15 * MINUTE_US + 1_000_000)
        assert sign_in(dashboard, "alice@beans.example").location == "/dashboard"

    def test_a_try_that_goes_well_begins_anew_in_its_browser(self, own_shop: Shop) -> None:
        dashboard = join(own_shop, "alice@beans.example")
        for _ in range(3):
            dashboard.submit(dashboard.get("/dashboard"), "/dashboard/sign-out")
            assert [sign_in(dashboard, "alice@beans.example", "wrong").status for _ in range(4)] == [403] * 4
            assert sign_in(dashboard, "alice@beans.example").status == 303

    def test_and_is_none_that_counts_elsewhere(self, own_shop: Shop) -> None:
        join(own_shop, "alice@beans.example")
        assert [sign_in(own_shop.stranger(), "alice@beans.example").status for _ in range(6)] == [303] * 6
        statuses = [sign_in(own_shop.stranger(), "alice@beans.example", "wrong").status for _ in range(6)]
        assert statuses == [403] * 5 + [429]

    def test_every_process_counts(self, open_shop: OpenShop, dialect: str) -> None:
        shop = open_shop(dialect)
        join(shop, "alice@beans.example")
        other = open_shop(dialect, beside=shop)
        tries = [
            sign_in(one.stranger(), "alice@beans.example", "wrong").status for one in (shop, other, shop, other, shop, other)
        ]
        assert tries == [403] * 5 + [429]


class TestSession:
    def test_ends_when_signed_out(self, own_shop: Shop) -> None:
        dashboard = join(own_shop, "alice@beans.example")
        kept = dict(dashboard.cookies)
        assert dashboard.submit(dashboard.get("/dashboard"), "/dashboard/sign-out").location == SIGN_IN
        assert "stampwell" not in dashboard.cookies
        assert DashboardClient(dashboard.port, cookies=kept).get("/dashboard").location == SIGN_IN

    def test_ends_when_it_was_not_used(self, own_shop: Shop) -> None:
        dashboard = join(own_shop, "alice@beans.example")
        later(own_shop, IDLE_US - 1_000_000)
        assert dashboard.get("/dashboard").status == 200
        later(own_shop, IDLE_US + 1_000_000)
        assert dashboard.get("/dashboard").location == SIGN_IN

    def test_ends_however_much_it_is_used(self, own_shop: Shop) -> None:
        dashboard = join(own_shop, "alice@beans.example")
        for _ in range(LONGEST_US // (IDLE_US // 2)):
            assert dashboard.get("/dashboard").status == 200
            later(own_shop, IDLE_US // 2)
        assert dashboard.get("/dashboard").location == SIGN_IN

    def test_a_form_needs_its_token(self, own_shop: Shop) -> None:
        dashboard = join(own_shop, "alice@beans.example")
        assert dashboard.post("/dashboard/sign-out", [("csrf", "wrong")]).status == 403
        assert dashboard.get("/dashboard").status == 200

    @pytest.mark.parametrize(
        "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}], ids=str
    )
    def test_a_form_of_another_site_is_refused(self, own_shop: Shop, headers: dict[str, str]) -> None:
        dashboard = join(own_shop, "alice@beans.example")
        values = dashboard.get("/dashboard").form("/dashboard/sign-out").values
        assert dashboard.post("/dashboard/sign-out", values, headers=headers).status == 403
        assert dashboard.get("/dashboard").status == 200


@pytest.mark.parametrize("wanted", ["/dashboard/search?q=https://vvd.bz/stamp/ABCD", "/stamp/0123456789ABCDEF"])
def test_a_search_for_a_link_and_a_card_are_come_back_to(wanted: str) -> None:
    assert path_after(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/dashboard//evil.example",
        "/stamp/0123456789ABCDEF@evil.example",
        "/stamp/../dashboard",
        "/dashboard/../evil",
        "/dashboard@evil.example",
        "/dashboard.evil.example",
        "/dashboard\r\nLocation: https://evil.example",
        "javascript:alert(1)",
        "",
    ],
)
def test_nobody_is_led_to_another_site(wanted: str) -> None:
    assert path_after(wanted) == "/dashboard"
