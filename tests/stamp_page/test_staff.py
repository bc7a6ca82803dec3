"""Staff on the customer's own phone: one mark, the reward, a minute to take a mark back."""

import re
import threading

import pytest

from kit import stamps
from kit.dashboard_client import DashboardClient, DashboardPage
from kit.shop import Shop
from kit.stamps import code_of

PASSWORD = "latte77"


@pytest.fixture
def card(own_shop: Shop) -> int:
    return stamps.make_card(own_shop, onsiteYn="Y", onsitePwd=PASSWORD, maxStamps=3)


@pytest.fixture
def number(own_shop: Shop, card: int) -> int:
    return stamps.issue(own_shop, card, marks=1)


@pytest.fixture
def path(own_shop: Shop, number: int) -> str:
    return f"/stamp/{code_of(own_shop, number)}"


def count(shop: Shop, number: int) -> int:
    return int(shop.get("/api/stamp/v1/get", shop.alice, stampIdx=number).result["stamps"])


def marked(phone: DashboardClient, path: str, password: str = PASSWORD, *, at: str = "") -> DashboardPage:
    """By the form of the page itself, or of the page for staff (`at`)."""
    return phone.submit(phone.get(f"{path}{at}"), f"{path}/mark", onsitePwd=password)


class TestPasswordField:
    @pytest.mark.parametrize("at", ["", "/staff"])
    def test_the_customers_browser_is_not_asked_to_keep_it(self, own_shop: Shop, path: str, at: str) -> None:
        phone = own_shop.stranger()
        for page in (phone.get(f"{path}{at}"), marked(phone, path, "wrong", at=at)):
            assert 'type="password"' not in page.html
            assert 'autocomplete="username"' not in page.html
            (field,) = re.findall(r'<input[^>]*name="onsitePwd"[^>]*>', page.html)
            assert 'type="text" class="secret"' in field
            assert 'autocomplete="off"' in field
            # What was typed does not come back.
            assert "value=" not in field


class TestMark:
    @pytest.mark.parametrize("at", ["", "/staff"])
    def test_one_mark_is_added_and_told(self, own_shop: Shop, number: int, path: str, at: str) -> None:
        phone = own_shop.stranger()
        page = phone.follow(marked(phone, path, at=at))
        assert "Stamp added: 2 of 3." in page.text
        # It is seen arriving, and later is there like the others.
        assert [page.html.count("face-fresh"), own_shop.stranger().get(path).html.count("face-fresh")] == [1, 0]
        assert count(own_shop, number) == 2
        row = own_shop.get("/api/stamp/v1/history", own_shop.alice, stampIdx=number).result["list"][0]
        assert (row["action"], row["stampsBefore"], row["stampsAfter"]) == ("added", 1, 2)
        (stored,) = own_shop.data.rows("SELECT * FROM stamp_event ORDER BY event_id DESC LIMIT 1")
        assert (stored["actor_kind"], stored["channel"]) == ("staff", "stamp_page")

    def test_the_same_form_sent_again_marks_nothing_more(self, own_shop: Shop, number: int, path: str) -> None:
        phone = own_shop.stranger()
        page = phone.get(path)
        for _ in range(3):
            assert phone.submit(page, f"{path}/mark", onsitePwd=PASSWORD).status == 303
        assert count(own_shop, number) == 2

    def test_the_cool_down_and_the_days_cap_hold(self, own_shop: Shop) -> None:
        card = stamps.make_card(own_shop, onsiteYn="Y", onsitePwd=PASSWORD, maxStamps=10, cooldownSec=60, dailyMax=2)
        number = stamps.issue(own_shop, card)
        path, phone = f"/stamp/{code_of(own_shop, number)}", own_shop.stranger()
        phone.follow(marked(phone, path))
        page = marked(phone, path)
        assert (page.status, "Try again in 60 seconds." in page.text) == (409, True)
        own_shop.clock.advance(seconds=120)
        phone.follow(marked(phone, path))
        own_shop.clock.advance(seconds=120)
        page = marked(phone, path)
        assert (page.status, "Daily limit reached." in page.text) == (409, True)
        assert count(own_shop, number) == 2

    def test_right_passwords_that_the_rules_refuse_lock_nothing(self, own_shop: Shop) -> None:
        card = stamps.make_card(own_shop, onsiteYn="Y", onsitePwd=PASSWORD, maxStamps=10, cooldownSec=60)
        number = stamps.issue(own_shop, card, marks=1)
        path, phone = f"/stamp/{code_of(own_shop, number)}", own_shop.stranger()
        phone.follow(marked(phone, path))
        assert {marked(phone, path).status for _ in range(8)} == {409}

    def test_the_password_never_comes_back(self, own_shop: Shop, path: str) -> None:
        page = marked(own_shop.stranger(), path, "wrong-one")
        assert page.status == 403
        assert "wrong-one" not in page.html


class TestPassword:
    def test_five_wrong_ones_lock_for_a_quarter_of_an_hour_here_and_in_the_api(
        self, own_shop: Shop, number: int, path: str
    ) -> None:
        phone = own_shop.stranger()
        for left in (4, 3, 2, 1, 0):
            page = marked(phone, path, "wrong")
            assert (page.status, f"{left} {'try' if left == 1 else 'tries'} left." in page.text) == (403, True)
        page = marked(phone, path)
        assert (page.status, "Try again in 15 min." in page.text) == (429, True)
        stamps.do(own_shop, "add", number, count=2)
        refusal = stamps.ask(own_shop, "redeem", number, onsitePwd=PASSWORD)
        assert refusal.json["code"] == 42902
        own_shop.clock.advance(seconds=960)
        assert stamps.do(own_shop, "redeem", number, onsitePwd=PASSWORD) is None

    def test_another_cards_and_another_accounts_password_are_no_use(self, own_shop: Shop, number: int, path: str) -> None:
        stamps.make_card(own_shop, onsiteYn="Y", onsitePwd="other-card")
        stamps.make_card(own_shop, by=own_shop.charlie, onsiteYn="Y", onsitePwd="charlies")
        for password in ("other-card", "charlies"):
            assert marked(own_shop.stranger(), path, password).status == 403
        assert count(own_shop, number) == 1

    def test_a_hundred_guesses_at_once_are_five(self, own_shop: Shop, number: int, path: str) -> None:
        phone = own_shop.stranger()
        form = dict(phone.get(path).form(f"{path}/mark").values)
        statuses: list[int] = []

        def guess(one: int) -> None:
            fields = {**form, "onsitePwd": f"guess{one}", "once": f"once{one}"}
            statuses.append(own_shop.stranger().post(f"{path}/mark", fields.items()).status)

        threads = [threading.Thread(target=guess, args=(one,)) for one in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses) == [403] * 5 + [429] * 25
        assert count(own_shop, number) == 1

    def test_it_is_needed(self, own_shop: Shop, number: int, path: str) -> None:
        page = marked(own_shop.stranger(), path, "")
        assert (page.status, "Enter the staff password." in page.text) == (400, True)
        assert count(own_shop, number) == 1


class TestRedeem:
    def test_a_full_card_offers_the_reward_and_nothing_else(self, own_shop: Shop, number: int, path: str) -> None:
        stamps.do(own_shop, "add", number, count=2)
        phone = own_shop.stranger()
        page = phone.get(path)
        assert f'action="{path}/mark"' not in page.html
        done = phone.follow(phone.submit(page, f"{path}/redeem", onsitePwd=PASSWORD))
        assert "Reward redeemed." in done.text
        assert "Undo" not in done.text
        assert f'action="{path}/redeem"' not in done.html

    def test_a_card_that_lost_a_mark_meanwhile_says_how_many_it_has(self, own_shop: Shop, number: int, path: str) -> None:
        stamps.do(own_shop, "add", number, count=2)
        phone = own_shop.stranger()
        page = phone.get(path)
        stamps.do(own_shop, "remove", number)
        refused = phone.submit(page, f"{path}/redeem", onsitePwd=PASSWORD)
        assert (refused.status, "This card isn't full yet: 2 of 3 stamps." in refused.text) == (409, True)

    def test_twice_at_once_is_once(self, own_shop: Shop, number: int, path: str) -> None:
        stamps.do(own_shop, "add", number, count=2)
        phones = [own_shop.stranger() for _ in range(2)]
        pages = [phone.get(path) for phone in phones]
        statuses: list[int] = []

        def redeem(which: int) -> None:
            statuses.append(phones[which].submit(pages[which], f"{path}/redeem", onsitePwd=PASSWORD).status)

        threads = [threading.Thread(target=redeem, args=(which,)) for which in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses) == [303, 409]
        assert [row["kind"] for row in own_shop.data.ledger(number)].count("redeemed") == 1

    def test_the_next_card_is_one_tap_away(self, own_shop: Shop) -> None:
        card = stamps.make_card(own_shop, onsiteYn="Y", onsitePwd=PASSWORD, maxStamps=1, renewYn="Y")
        path, phone = f"/stamp/{code_of(own_shop, stamps.issue(own_shop, card, marks=1))}", own_shop.stranger()
        page = phone.follow(phone.submit(phone.get(path), f"{path}/redeem", onsitePwd=PASSWORD))
        next_card = re.search('href="(/stamp/[0-9A-Z]{16})">Open your next card', page.html)
        assert next_card is not None
        assert "0 of 1 stamp" in phone.get(next_card[1]).text


class TestUndo:
    def test_a_mark_is_taken_back_by_a_row_of_its_own(self, own_shop: Shop, number: int, path: str) -> None:
        phone = own_shop.stranger()
        page = phone.follow(marked(phone, path))
        undo = undo_in(page)
        assert "Stamp removed: 1 of 3." in phone.follow(phone.submit(page, undo)).text
        rows = [(row["kind"], row["stamps_before"], row["stamps_after"]) for row in own_shop.data.ledger(number)]
        assert rows[-2:] == [("added", 1, 2), ("removed", 2, 1)]

    def test_only_the_phone_that_made_it_may(self, own_shop: Shop, number: int, path: str) -> None:
        phone, other = own_shop.stranger(), own_shop.stranger()
        page = phone.follow(marked(phone, path))
        assert other.post(undo_in(page), page.form(undo_in(page)).values).status == 409
        assert count(own_shop, number) == 2

    def test_only_within_a_minute(self, own_shop: Shop, number: int, path: str) -> None:
        phone = own_shop.stranger()
        page = phone.follow(marked(phone, path))
        own_shop.clock.advance(seconds=61)
        assert phone.submit(page, undo_in(page)).status == 409
        assert count(own_shop, number) == 2

    def test_not_of_a_clock_that_was_ahead(self, own_shop: Shop, number: int, path: str) -> None:
        phone = own_shop.stranger()
        own_shop.clock.advance(seconds=100 * 86_400)
        page = phone.follow(marked(phone, path))
        own_shop.clock.advance(seconds=-100 * 86_400)
        assert phone.submit(page, undo_in(page)).status == 409
        assert count(own_shop, number) == 2

    def test_not_when_something_came_after_it(self, own_shop: Shop, number: int, path: str) -> None:
        phone = own_shop.stranger()
        page = phone.follow(marked(phone, path))
        stamps.do(own_shop, "add", number)
        assert phone.submit(page, undo_in(page)).status == 409
        assert count(own_shop, number) == 3


class TestWhereItIsOffered:
    @pytest.mark.parametrize("fields", [{"activeYn": "N"}, {"endYmd": "2026-03-01"}, {"strtYmd": "2026-03-03"}])
    def test_not_on_a_card_that_cannot_be_used(self, own_shop: Shop, number: int, path: str, fields: dict[str, str]) -> None:
        phone = own_shop.stranger()
        form = dict(phone.get(path).form(f"{path}/mark").values)
        stamps.do(own_shop, "update", number, **fields)
        assert "Staff" not in phone.get(path).text
        assert phone.post(f"{path}/mark", {**form, "onsitePwd": PASSWORD}.items()).status == 409
        assert count(own_shop, number) == 1

    def test_not_on_a_card_that_is_not_marked_on_the_spot(self, own_shop: Shop) -> None:
        path = f"/stamp/{code_of(own_shop, stamps.issue(own_shop, own_shop.alice.card_id))}"
        phone = own_shop.stranger()
        assert "Staff" not in phone.get(path).text
        assert phone.get(f"{path}/staff").status == 404


def undo_in(page: DashboardPage) -> str:
    found = re.search('action="([^"]+/undo/[0-9]+)"', page.html)
    assert found is not None
    return found[1]
