"""Staff on the customer's own phone hand out rewards on the way and the last one; a full card may start the next one."""

import pytest

from kit import stamps
from kit.dashboard_client import DashboardClient, DashboardPage
from kit.shop import Shop
from kit.stamps import code_of

PASSWORD = "latte77"
REWARDS = [{"stamps": 2, "rewardTtl": "a cookie"}, {"stamps": 3, "rewardTtl": "a cake"}]


@pytest.fixture
def card(shop: Shop) -> int:
    return stamps.make_card(shop, onsiteYn="Y", onsitePwd=PASSWORD, maxStamps=5, rewardTtl="a coffee", rewards=REWARDS)


@pytest.fixture
def phone(shop: Shop) -> DashboardClient:
    return shop.stranger()


def path_of(shop: Shop, stamp: int) -> str:
    return f"/stamp/{code_of(shop, stamp)}"


def pressed(phone: DashboardClient, path: str, button: str, *, password: str = PASSWORD, at: str = "") -> DashboardPage:
    """Types the password on the page (or on that for staff), and presses the button whose form goes to that place."""
    page = phone.get(f"{path}{at}")
    assert f'formaction="{path}/{button}"' in page.html
    (form,) = [form for form in page.forms if form.action in {f"{path}/mark", f"{path}/redeem"}]
    return phone.post(f"{path}/{button}", {**dict(form.values), "onsitePwd": password}.items())


def handed_out(shop: Shop, stamp: int) -> list[int]:
    return [reward["stamps"] for reward in stamps.shown(shop, stamp)["rewards"] if reward["useYmdt"]]


class TestOnTheWay:
    @pytest.mark.parametrize("at", ["", "/staff"])
    def test_each_that_is_ready_has_a_button(self, shop: Shop, card: int, phone: DashboardClient, at: str) -> None:
        stamp = stamps.issue(shop, card, marks=1)
        path = path_of(shop, stamp)
        assert "Redeem" not in phone.get(f"{path}{at}").text
        stamps.do(shop, "add", stamp)
        page = phone.get(f"{path}{at}")
        assert ("Redeem: a cookie" in page.text, "Redeem: a cake" in page.text) == (True, False)
        done = phone.follow(pressed(phone, path, "reward/2", at=at))
        assert "Redeemed: a cookie" in done.text
        assert "Redeem:" not in done.text
        assert handed_out(shop, stamp) == [2]
        row = stamps.latest(shop, stamp)
        assert (row["kind"], row["actor_kind"], row["channel"]) == ("reward_redeemed", "staff", "stamp_page")
        assert "Add a stamp" in done.text

    def test_a_full_card_may_hand_out_one_alone(self, shop: Shop, card: int, phone: DashboardClient) -> None:
        stamp = stamps.issue(shop, card, marks=5)
        path = path_of(shop, stamp)
        assert "Redeem only: a cake" in phone.get(path).text
        page = phone.follow(pressed(phone, path, "reward/3"))
        assert "Together with: a cookie" in page.text
        assert handed_out(shop, stamp) == [3]
        assert stamps.shown(shop, stamp)["useYn"] == "N"

    def test_the_same_form_sent_again_hands_out_once(self, shop: Shop, card: int, phone: DashboardClient) -> None:
        stamp = stamps.issue(shop, card, marks=3)
        path = path_of(shop, stamp)
        values = {**dict(phone.get(path).form(f"{path}/mark").values), "onsitePwd": PASSWORD}
        for button in ("reward/2", "reward/2", "reward/3", "reward/3"):
            assert phone.post(f"{path}/{button}", values.items()).status == 303
        kinds = [row["kind"] for row in shop.data.ledger(stamp)]
        assert kinds.count("reward_redeemed") == 2

    def test_refusals_are_plain_words(self, shop: Shop, card: int, phone: DashboardClient) -> None:
        stamp = stamps.issue(shop, card, marks=2)
        path = path_of(shop, stamp)
        page = phone.get(path)

        def refused(button: str, password: str = PASSWORD) -> tuple[int, str]:
            values = {**dict(page.form(f"{path}/mark").values), "onsitePwd": password}
            answer = phone.post(f"{path}/{button}", values.items())
            return answer.status, answer.text

        status, text = refused("reward/2", "wrong")
        assert (status, "That's not the staff password." in text) == (403, True)
        status, text = refused("reward/2", "")
        assert (status, "Enter the staff password." in text) == (400, True)
        status, text = refused("reward/3")
        assert (status, "This reward needs 3 stamps. The card has 2." in text) == (409, True)
        status, text = refused("reward/5")
        assert (status, "This reward isn't on the card any more." in text) == (409, True)
        stamps.do(shop, "redeem", stamp, reward=2, onsitePwd=PASSWORD)
        status, text = refused("reward/2")
        assert (status, "This reward was redeemed on 2 Mar 2026." in text) == (409, True)
        assert handed_out(shop, stamp) == [2]

    def test_not_on_a_card_without_a_staff_password(self, shop: Shop, phone: DashboardClient) -> None:
        plain = stamps.make_card(shop, maxStamps=5, rewards=REWARDS)
        path = path_of(shop, stamps.issue(shop, plain, marks=3))
        token = next(value for name, value in phone.get(f"{path}/pin/choose").forms[0].values if name == "token")
        sent = {"token": token, "once": "a", "onsitePwd": PASSWORD}
        assert phone.post(f"{path}/reward/2", sent.items()).status == 404


class TestTheLast:
    def test_names_the_others_that_go_with_it(self, shop: Shop, card: int, phone: DashboardClient) -> None:
        stamp = stamps.issue(shop, card, marks=5)
        path = path_of(shop, stamp)
        page = phone.get(path)
        assert "Redeem: a coffee Together with: a cookie, a cake" in page.text
        done = phone.follow(phone.submit(page, f"{path}/redeem", onsitePwd=PASSWORD))
        assert "Redeemed: a cookie, a cake, a coffee" in done.text
        assert handed_out(shop, stamp) == [2, 3]

    def test_without_a_name(self, shop: Shop, phone: DashboardClient) -> None:
        card = stamps.make_card(shop, onsiteYn="Y", onsitePwd=PASSWORD, maxStamps=5, rewards=REWARDS)
        path = path_of(shop, stamps.issue(shop, card, marks=5))
        page = phone.get(path)
        assert "Redeem the reward Together with: a cookie, a cake" in page.text
        done = phone.follow(phone.submit(page, f"{path}/redeem", onsitePwd=PASSWORD))
        assert "Redeemed: a cookie, a cake, the reward" in done.text

    def test_that_is_returned_is_ready_again(self, shop: Shop, card: int, phone: DashboardClient) -> None:
        stamp = stamps.issue(shop, card, marks=5)
        path = path_of(shop, stamp)
        stamps.do(shop, "redeem", stamp, onsitePwd=PASSWORD, orderRef=f"sale of {stamp}")
        assert "Redeem:" not in phone.get(path).text
        reversed_ = shop.put("/api/stamp/v1/reverse", shop.alice, orderRef=f"sale of {stamp}").result
        assert [row["returned"] for row in reversed_] == [[2, 3, 5]]
        page = phone.get(path)
        assert "Ready: a cookie, a cake, a coffee" in page.text
        assert "Redeem: a coffee Together with: a cookie, a cake" in page.text


class TestSurplus:
    @pytest.fixture
    def path(self, shop: Shop) -> str:
        """Of a full card that carries."""
        card = stamps.make_card(shop, onsiteYn="Y", onsitePwd=PASSWORD, maxStamps=3, carryYn="Y")
        return path_of(shop, stamps.issue(shop, card, marks=3))

    def _next_of(self, page: DashboardPage) -> str:
        (link,) = [part.split('"')[0] for part in page.html.split('href="')[1:] if ">Open your next card" in part[:60]]
        return link

    def test_a_full_card_starts_the_next_one(self, phone: DashboardClient, path: str) -> None:
        assert "Add a stamp to the next card" in phone.get(path).text
        page = phone.follow(pressed(phone, path, "mark"))
        assert "Stamp added to the next card." in page.text
        assert "Add a stamp" not in page.text
        assert "1 of 3 stamps" in phone.get(self._next_of(page)).text
        # The reward is still owed, and then the same card follows.
        done = phone.follow(phone.submit(page, f"{path}/redeem", onsitePwd=PASSWORD))
        assert self._next_of(done) == self._next_of(page)

    def test_there_is_one_next_card(self, phone: DashboardClient, path: str) -> None:
        page = phone.get(path)
        values = {**dict(page.form(f"{path}/redeem").values), "onsitePwd": PASSWORD}
        assert phone.post(f"{path}/mark", values.items()).status == 303
        refused = phone.post(f"{path}/mark", {**values, "once": "another"}.items())
        assert (refused.status, "the next one has begun" in refused.text) == (409, True)

    def test_it_is_taken_back(self, phone: DashboardClient, path: str) -> None:
        page = phone.follow(pressed(phone, path, "mark"))
        following = self._next_of(page)
        (undo,) = [form.action for form in page.forms if "/undo/" in form.action]
        back = phone.follow(phone.submit(page, undo))
        assert "The stamp on the next card is removed." in back.text
        assert "Open your next card" not in back.text
        assert phone.get(following).status == 404

    def test_but_not_from_a_next_card_that_was_used(self, shop: Shop, phone: DashboardClient, path: str) -> None:
        page = phone.follow(pressed(phone, path, "mark"))
        stamps.do(shop, "add", self._next_of(page).removeprefix("/stamp/"))
        (undo,) = [form.action for form in page.forms if "/undo/" in form.action]
        assert phone.submit(page, undo).status == 409
        assert "2 of 3 stamps" in phone.get(self._next_of(page)).text

    def test_a_full_card_that_does_not_carry_takes_none(self, shop: Shop, card: int, phone: DashboardClient) -> None:
        path = path_of(shop, stamps.issue(shop, card, marks=5))
        page = phone.get(path)
        assert "Add a stamp" not in page.text
        values = {**dict(page.form(f"{path}/redeem").values), "onsitePwd": PASSWORD}
        refused = phone.post(f"{path}/mark", values.items())
        assert (refused.status, "This card is full." in refused.text) == (409, True)
