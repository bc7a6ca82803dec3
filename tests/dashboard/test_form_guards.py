"""What a form, a page and a session of the dashboard hold to: once each, no longer than so many characters, noted so often."""

import pytest

from kit import stamps
from kit.dashboard_client import DashboardClient
from kit.joining import BOB, OTHER, PASSWORD, PROFILE, SIGN_IN, invited, join, members, sign_in
from kit.shop import Shop
from stampwell.dashboard.people.sign_in import LONGEST_NEXT

PEOPLE = "/dashboard/people"


@pytest.fixture
def bob(own_shop: Shop) -> DashboardClient:
    own_shop.dashboard(name="Alice")
    return join(own_shop, invited(own_shop, own_shop.alice).proof_token)


class TestOnce:
    def test_a_form_without_its_token_does_nothing(self, own_shop: Shop) -> None:
        dashboard, stamp = own_shop.dashboard(), stamps.issue(own_shop, stamps.make_card(own_shop))
        path = f"/dashboard/stamps/{stamp}"
        for fields in ({"without": ["once"]}, {"once": ""}, {"once": " "}):
            page = dashboard.submit(dashboard.get(path), f"{path}/add", **fields)
            assert (page.status, "This page is out of date." in page.text) == (403, True)
        assert stamps.count(own_shop, stamp) == 0

    def test_the_same_token_does_what_it_does_on_each_stamp(self, own_shop: Shop) -> None:
        dashboard, card = own_shop.dashboard(), stamps.make_card(own_shop)
        paths = [f"/dashboard/stamps/{stamps.issue(own_shop, card)}" for _ in range(2)]
        values = dashboard.get(paths[0]).form(f"{paths[0]}/add").values
        assert [dashboard.post(f"{path}/add", values).status for path in (*paths, *paths)] == [303] * 4
        assert [stamps.count(own_shop, int(path.rsplit("/", 1)[1])) for path in paths] == [1, 1]

    def test_the_same_form_with_another_answer_is_another_form(self, own_shop: Shop, bob: DashboardClient) -> None:
        page = bob.get(PROFILE)
        for name in ("Rob", "Robert", "Rob"):
            assert bob.submit(page, f"{PROFILE}/name", name=name).status == 303
        # The third is the first again, sent a second time.
        assert [one.name for one in members(own_shop, own_shop.alice)] == ["Alice", "Robert"]


class TestWayBack:
    def test_leads_to_an_address_of_so_many_characters_and_no_more(self, own_shop: Shop) -> None:
        stranger = own_shop.stranger()
        for length, leads_back in ((LONGEST_NEXT, True), (LONGEST_NEXT + 1, False)):
            wanted = "/dashboard/stamps?q=".ljust(length, "a")
            assert ("next=" in stranger.get(wanted).location) == leads_back
            page = stranger.get(SIGN_IN, next=wanted)
            assert dict(page.form(SIGN_IN).values)["next"] == (wanted if leads_back else "/dashboard")

    def test_leads_to_no_form_that_was_sent(self, own_shop: Shop) -> None:
        """It is sent by a GET afterwards: to a page of that address, if there is one at all."""
        assert own_shop.stranger().post("/dashboard/sign-out", []).location == SIGN_IN


class TestSession:
    def test_is_noted_as_used_every_five_minutes(self, own_shop: Shop) -> None:
        dashboard = own_shop.dashboard()
        opened_us = own_shop.clock.now_us()

        def seen_us() -> int:
            (row,) = own_shop.data.rows("SELECT seen_at FROM session")
            return int(row["seen_at"])

        own_shop.clock.advance(seconds=299)
        assert dashboard.get("/dashboard").status == 200
        assert seen_us() == opened_us
        own_shop.clock.advance(seconds=1)
        assert dashboard.get("/dashboard").status == 200
        assert seen_us() == own_shop.clock.now_us()

    def test_keeps_no_more_of_a_browsers_name_than_two_hundred_characters(self, own_shop: Shop, bob: DashboardClient) -> None:
        assert bob
        dashboard = own_shop.stranger()
        page = dashboard.get(SIGN_IN)
        fields = {**dict(page.form(SIGN_IN).values), "email": BOB, "password": PASSWORD}
        agent = "Firefox/1 Windows".ljust(5000, "x")
        assert dashboard.post(SIGN_IN, fields.items(), headers={"User-Agent": agent}).status == 303
        (row,) = own_shop.data.rows("SELECT device FROM session ORDER BY session_id DESC LIMIT 1")
        assert row["device"] == agent[:200]
        assert "Firefox on Windows" in dashboard.get(PROFILE).text


class TestPassword:
    @pytest.mark.parametrize(("length", "status"), [(9, 400), (10, 303), (200, 303), (201, 400)])
    def test_has_ten_to_two_hundred_characters(self, own_shop: Shop, bob: DashboardClient, length: int, status: int) -> None:
        new = ("Käse und Brot " * 15)[:length]
        assert bob.submit(bob.get(PROFILE), f"{PROFILE}/password", present=PASSWORD, password=new).status == status
        assert sign_in(own_shop, password=new if status == 303 else PASSWORD)[1].status == 303

    def test_is_the_same_however_a_keyboard_spells_it(self, own_shop: Shop, bob: DashboardClient) -> None:
        composed, decomposed, full_width = "Café au lait 77", "Cafe\u0301 au lait 77", "Café au lait \uff17\uff17"
        assert bob.submit(bob.get(PROFILE), f"{PROFILE}/password", present=PASSWORD, password=decomposed).status == 303
        assert [sign_in(own_shop, password=one)[1].status for one in (composed, decomposed, full_width)] == [303] * 3
        assert bob.submit(bob.get(PROFILE), f"{PROFILE}/password", present=full_width, password=OTHER).status == 303


class TestAddress:
    def test_has_at_most_254_characters(self, bob: DashboardClient) -> None:
        path = f"{PROFILE}/address"
        domain = ".".join(["a" * 61] * 3) + ".example"
        for length, status in ((255, 400), (254, 303)):
            email = f"{'b' * (length - len(domain) - 1)}@{domain}"
            assert len(email) == length
            assert bob.submit(bob.get(PROFILE), path, email=email, own=PASSWORD).status == status

    def test_that_is_new_is_proved_by_nothing(self, own_shop: Shop, bob: DashboardClient) -> None:
        """Without e-mail it changes at once: whoever has proved it elsewhere keeps it."""
        dora = join(
            own_shop, invited(own_shop, own_shop.charlie, "dora@beans.example").proof_token, name="Dora", password=OTHER
        )
        page = bob.submit(bob.get(PROFILE), f"{PROFILE}/address", email="dora@beans.example", own=PASSWORD)
        assert page.status == 303
        proved = {one.name: one.proved for of in (own_shop.alice, own_shop.charlie) for one in members(own_shop, of)}
        assert (proved["Bob"], proved["Dora"]) == (False, True)
        assert sign_in(own_shop, "dora@beans.example", OTHER)[1].status == 303
        assert dora.get(PROFILE).status == 200
