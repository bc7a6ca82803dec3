"""Somebody who is signed in for the shop opens a customer's link: they act in their own name, without the staff password."""

import pytest

from kit import stamps
from kit.dashboard_client import DashboardClient, DashboardPage
from kit.shop import Shop
from kit.stamps import code_of
from stampwell.features.people.model import Role

PASSWORD = "latte77"


@pytest.fixture
def card(own_shop: Shop) -> int:
    rewards = [{"stamps": 2, "rewardTtl": "a cookie"}]
    return stamps.make_card(
        own_shop, maxStamps=3, rewardTtl="a coffee", rewards=rewards, onsiteYn="Y", onsitePwd=PASSWORD, renewYn="Y"
    )


@pytest.fixture
def number(own_shop: Shop, card: int) -> int:
    return stamps.issue(own_shop, card, marks=1)


@pytest.fixture
def path(own_shop: Shop, number: int) -> str:
    return f"/stamp/{code_of(own_shop, number)}"


@pytest.fixture
def barista(own_shop: Shop) -> DashboardClient:
    return own_shop.dashboard(role=Role.STAFF, name="Mina")


def person_of(client: DashboardClient) -> int:
    assert client.person is not None
    return client.person.person_id


def refused(answer: DashboardPage, status: int, sentence: str) -> bool:
    return (answer.status, sentence in answer.text) == (status, True)


def works_at(shop: Shop, client: DashboardClient, place: int) -> None:
    sql = "UPDATE membership SET location_ids = '[' || CAST(:place AS text) || ']' WHERE person_id = :person"
    shop.data.run(sql, place=place, person=person_of(client))


def new_place(shop: Shop, name: str) -> int:
    number: int = shop.request("POST", "/api/location/v1/create", by=shop.alice, body={"locationNm": name}).result
    return number


class TestStamp:
    def test_is_added_in_their_name(self, own_shop: Shop, number: int, path: str, barista: DashboardClient) -> None:
        page = barista.get(path)
        assert "Signed in as Mina" in page.text
        assert "onsitePwd" not in page.html
        assert "Stamp added: 2 of 3." in barista.done(page, f"{path}/mark").text
        row = stamps.latest(own_shop, number)
        assert (row["kind"], row["actor_kind"], row["actor_id"], row["channel"]) == (
            "added",
            "staff",
            person_of(barista),
            "stamp_page",
        )
        (entry,) = own_shop.data.rows("SELECT * FROM audit WHERE action = 'stamp.added'")
        assert (entry["actor_id"], entry["subject_id"]) == (person_of(barista), number)
        history = own_shop.dashboard().get(f"/dashboard/stamps/{number}")
        assert "Mina, on the customer's page" in history.text

    def test_twice_the_same_form_is_one(self, own_shop: Shop, number: int, path: str, barista: DashboardClient) -> None:
        page = barista.get(path)
        for _ in range(2):
            assert barista.submit(page, f"{path}/mark").status == 303
        assert stamps.count(own_shop, number) == 2

    def test_of_a_card_without_a_staff_password_too(self, own_shop: Shop, barista: DashboardClient) -> None:
        stamp = stamps.issue(own_shop, stamps.make_card(own_shop, maxStamps=3))
        path = f"/stamp/{code_of(own_shop, stamp)}"
        barista.done(barista.get(path), f"{path}/mark")
        assert stamps.count(own_shop, stamp) == 1

    def test_the_rules_of_the_card_hold(self, own_shop: Shop, barista: DashboardClient) -> None:
        stamp = stamps.issue(own_shop, stamps.make_card(own_shop, maxStamps=9, dailyMax=1))
        path = f"/stamp/{code_of(own_shop, stamp)}"
        page = barista.done(barista.get(path), f"{path}/mark")
        answer = barista.submit(page, f"{path}/mark")
        assert refused(answer, 409, "Daily limit reached. Next stamp after midnight.")
        assert "Signed in as Mina" in answer.text

    def test_is_undone_by_who_added_it(self, own_shop: Shop, number: int, path: str, barista: DashboardClient) -> None:
        page = barista.done(barista.get(path), f"{path}/mark")
        own_shop.clock.advance(seconds=9 * 60)
        (undo,) = [form.action for form in barista.get(path).forms if "/undo/" in form.action]
        other = own_shop.dashboard()
        assert "/undo/" not in other.get(path).html
        values = {**dict(other.get(path).form(f"{path}/mark").values)}
        assert other.post(undo, values.items()).status == 409
        assert "Stamp removed: 1 of 3." in barista.done(page, undo).text
        assert stamps.latest(own_shop, number)["actor_id"] == person_of(barista)


class TestReward:
    def test_is_redeemed_without_the_password(self, own_shop: Shop, number: int, path: str, barista: DashboardClient) -> None:
        stamps.do(own_shop, "add", number)
        page = barista.get(path)
        values = dict(page.form(f"{path}/mark").values)
        page = barista.follow(barista.post(f"{path}/reward/2", values.items()))
        assert "Redeemed: a cookie" in page.text
        stamps.do(own_shop, "add", number)
        page = barista.done(barista.get(path), f"{path}/redeem")
        assert "Redeemed: a coffee" in page.text
        assert "Open the next card" in page.text
        assert stamps.latest(own_shop, number)["actor_id"] == person_of(barista)


class TestWho:
    def test_others_see_what_the_customer_sees(self, own_shop: Shop, path: str, barista: DashboardClient) -> None:
        signed_out = own_shop.dashboard()
        own_shop.data.run("DELETE FROM session WHERE person_id = :person", person=person_of(signed_out))
        for other in (own_shop.stranger(), own_shop.dashboard(own_shop.charlie), signed_out):
            page = other.get(path)
            assert "Show code" in page.text
            assert "Signed in as" not in page.text
            assert "csrf" not in page.html
        assert "Show code" in barista.get(path, view="customer").text

    def test_the_session_has_to_be_the_forms(self, own_shop: Shop, number: int, path: str, barista: DashboardClient) -> None:
        values = dict(barista.get(path).form(f"{path}/mark").values)
        # The card's own token is known to whoever has the link.
        for sender, csrf in ((barista, "made up"), (barista, ""), (own_shop.stranger(), values["csrf"])):
            answer = sender.post(f"{path}/mark", {**values, "csrf": csrf}.items())
            assert refused(answer, 403, "This page is out of date.")
        without = {name: value for name, value in values.items() if name != "csrf"}
        assert refused(barista.post(f"{path}/mark", without.items()), 400, "Enter the staff password.")
        assert stamps.count(own_shop, number) == 1

    def test_a_pin_of_the_customers_hides_nothing_from_them_and_is_not_theirs_to_change(
        self, own_shop: Shop, number: int, path: str, barista: DashboardClient
    ) -> None:
        phone = own_shop.stranger()
        phone.done(phone.get(f"{path}/pin/choose"), f"{path}/pin/choose", pin="4071", again="4071")
        barista.done(barista.get(path), f"{path}/mark")
        assert stamps.count(own_shop, number) == 2
        assert barista.get(f"{path}/pin/choose").status == 403
        assert "Open card" in barista.get(path, view="customer").text

    def test_a_suspended_shop_changes_nothing(self, own_shop: Shop, path: str, barista: DashboardClient) -> None:
        page = barista.get(path)
        own_shop.data.run("UPDATE account SET suspended_at = 1 WHERE account_id = :it", it=own_shop.alice.account_id)
        assert barista.submit(page, f"{path}/mark").status == 403
        assert "This card can't be used right now." in barista.get(path).text

    def test_signing_in_leads_back_to_the_card(self, own_shop: Shop, path: str) -> None:
        assert f'href="/dashboard/sign-in?next={path}"' in own_shop.stranger().get(path).html


class TestLocation:
    def test_who_works_at_some_acts_there_only(self, own_shop: Shop, number: int, path: str, barista: DashboardClient) -> None:
        harbour, airport = (new_place(own_shop, name) for name in ("Harbour", "Airport"))
        works_at(own_shop, barista, harbour)
        page = barista.get(path)
        elsewhere = barista.submit(page, f"{path}/mark", locationIdx=str(airport))
        assert refused(elsewhere, 400, "You work at other locations: Harbour. Choose one of these.")
        nowhere = barista.submit(page, f"{path}/mark", locationIdx="")
        assert refused(nowhere, 400, "Choose where you are: Harbour.")
        # There is nothing to choose for who works at one.
        barista.done(page, f"{path}/mark")
        assert stamps.latest(own_shop, number)["location_id"] == harbour

    def test_a_card_that_is_valid_at_some_is_used_there_only(
        self, own_shop: Shop, card: int, number: int, path: str, barista: DashboardClient
    ) -> None:
        harbour, airport = (new_place(own_shop, name) for name in ("Harbour", "Airport"))
        stamps.change_card(own_shop, card, locationIdxs=[harbour])
        page = barista.get(path)
        answer = barista.submit(page, f"{path}/mark", locationIdx=str(airport))
        assert refused(answer, 409, "This card can't be used at this location.")
        works_at(own_shop, barista, airport)
        assert barista.submit(page, f"{path}/mark", locationIdx=str(harbour)).status == 400
        assert stamps.count(own_shop, number) == 1

    def test_one_that_is_not_there_is_refused(self, path: str, barista: DashboardClient) -> None:
        answer = barista.submit(barista.get(path), f"{path}/mark", locationIdx="999999999")
        assert refused(answer, 404, "This location isn't there any more. Choose another one.")
