"""What became otherwise between the page and its form: another PIN, another password, a card that is marked here no more."""

import pytest

from kit import stamps
from kit.dashboard_client import DashboardClient, DashboardPage
from kit.refusals import refusal
from kit.shop import Shop
from kit.stamps import change_card, code_of
from stampwell.core.actors import Actor
from stampwell.core.days import stored_zone
from stampwell.core.errors import DatabaseUnavailable
from stampwell.features.stamps import pins, service
from stampwell.features.stamps.errors import PinChanged, StampInactive, TooLateToUndo
from stampwell.features.stamps.model import EventMeta
from stampwell.features.stamps.shared_secrets import Client
from stampwell.features.stamps.staff_password import begin_password_try
from stampwell.features.stamps.states import Action
from stampwell.features.stamps.undo import ON_PHONE, undo

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


def meta(shop: Shop, kind: str = "staff") -> EventMeta:
    return EventMeta(Actor(kind, None, "stamp_page"), shop.clock.now_us(), stored_zone("Asia/Seoul"))


def marked(phone: DashboardClient, path: str) -> DashboardPage:
    return phone.follow(phone.submit(phone.get(path), f"{path}/mark", onsitePwd=PASSWORD))


def undo_in(page: DashboardPage) -> str:
    return next(form.action for form in page.forms if "/undo/" in form.action)


class TestPin:
    def test_of_another_phone_is_not_replaced_by_one_that_has_not_seen_it(self, own_shop: Shop, number: int) -> None:
        """Both had the page of a card without a PIN; the second one's try comes in while the first one's is stored."""
        account_id, by = own_shop.alice.account_id, meta(own_shop, "customer")
        own_shop.data.write(pins.set_pin, account_id, number, seen=None, pin_hash="first", meta=by)
        for seen, chosen in ((None, "second"), (None, None), ("another", None)):
            with pytest.raises(PinChanged):
                own_shop.data.write(pins.set_pin, account_id, number, seen=seen, pin_hash=chosen, meta=by)
        (row,) = own_shop.data.rows("SELECT pin_hash FROM stamp WHERE stamp_id = :stamp", stamp=number)
        assert row["pin_hash"] == "first"


class TestPassword:
    @pytest.mark.parametrize("change", ["password", "off"])
    def test_that_was_right_a_moment_ago_marks_nothing(self, own_shop: Shop, card: int, number: int, change: str) -> None:
        (row,) = own_shop.data.rows("SELECT onsite_hash FROM card WHERE card_id = :card", card=card)
        change_card(own_shop, card, **{"password": {"onsitePwd": "another77"}, "off": {"onsiteYn": "N"}}[change])
        given = {"checked_hash": row["onsite_hash"], "meta": meta(own_shop)}
        with pytest.raises(DatabaseUnavailable):
            own_shop.data.write(service.mark_on_phone, own_shop.alice.account_id, number, **given)
        assert stamps.count(own_shop, number) == 1

    def test_does_nothing_on_a_card_that_is_not_marked_here_any_more(self, own_shop: Shop, card: int, path: str) -> None:
        phone = own_shop.stranger()
        page, wrong = phone.get(path), own_shop.stranger().get(path)
        change_card(own_shop, card, onsiteYn="N")
        assert phone.submit(page, f"{path}/mark", onsitePwd=PASSWORD).status == 404
        # Nor does it count as a try.
        assert phone.submit(wrong, f"{path}/mark", onsitePwd="wrong").status == 404
        assert own_shop.data.count("secret_try") == 0

    def test_is_not_tried_on_a_card_that_takes_no_mark(self, own_shop: Shop, number: int, path: str) -> None:
        phone = own_shop.stranger()
        page = phone.get(path)
        stamps.do(own_shop, "update", number, activeYn="N")
        for password in ("", "wrong", PASSWORD):
            assert phone.submit(page, f"{path}/mark", onsitePwd=password).status == 409
        assert own_shop.data.count("secret_try") == 0

    def test_is_not_counted_on_a_stamp_that_was_switched_off_meanwhile(self, own_shop: Shop, number: int) -> None:
        """The state is looked at again in the transaction that counts."""
        stamps.do(own_shop, "update", number, activeYn="N")
        given = {"action": Action.ADD, "client": Client("192.0.2.1")}
        with pytest.raises(StampInactive):
            own_shop.data.write(begin_password_try, own_shop.alice.account_id, number, meta=meta(own_shop), **given)
        assert own_shop.data.count("secret_try") == 0


class TestUndo:
    def test_is_not_of_a_mark_that_the_shop_made(self, own_shop: Shop, number: int, path: str) -> None:
        """Nor of anything else that is the newest: the phone's notice names a row, and the row has to be a mark made here."""
        account_id = own_shop.alice.account_id
        for action in ("add", "remove"):
            stamps.do(own_shop, action, number)
            newest = own_shop.data.ledger(number)[-1]["event_id"]
            with pytest.raises(TooLateToUndo):
                own_shop.data.write(undo, account_id, number, newest, rule=ON_PHONE, meta=meta(own_shop))
        phone = own_shop.stranger()
        page = marked(phone, path)
        assert phone.submit(page, undo_in(page)).status == 303
        removed = own_shop.data.ledger(number)[-1]
        assert (removed["kind"], removed["channel"]) == ("removed", "stamp_page")
        given = {"rule": ON_PHONE, "meta": meta(own_shop)}
        with pytest.raises(TooLateToUndo):
            own_shop.data.write(undo, account_id, number, removed["event_id"], **given)
        assert stamps.count(own_shop, number) == 1


class TestOnce:
    def test_a_token_of_one_form_is_none_of_another(self, own_shop: Shop, number: int, path: str) -> None:
        """The reward is handed out although the same token has made the last mark."""
        phone = own_shop.stranger()
        stamps.do(own_shop, "add", number)
        values = {**dict(phone.get(path).form(f"{path}/mark").values), "onsitePwd": PASSWORD}
        assert phone.post(f"{path}/mark", values.items()).status == 303
        assert phone.post(f"{path}/redeem", values.items()).status == 303
        assert stamps.shown(own_shop, number)["useYn"] == "Y"

    @pytest.mark.parametrize("once", ["", " "])
    def test_a_form_without_its_token_does_nothing(self, own_shop: Shop, number: int, path: str, once: str) -> None:
        phone = own_shop.stranger()
        page = phone.submit(phone.get(path), f"{path}/mark", onsitePwd=PASSWORD, once=once)
        assert (page.status, "This page is out of date." in page.text) == (403, True)
        assert stamps.count(own_shop, number) == 1


class TestSuspended:
    def test_a_password_of_a_suspended_shop_is_not_tried(self, own_shop: Shop, number: int) -> None:
        stamps.do(own_shop, "add", number, count=2)
        own_shop.data.run("UPDATE account SET suspended_at = 1 WHERE account_id = :it", it=own_shop.alice.account_id)
        answer = stamps.ask(own_shop, "redeem", number, onsitePwd="wrong")
        sentence = "This account is suspended. Ask the operator of this Stampwell to resume it."
        assert answer.json == refusal(40303, sentence)
        assert own_shop.data.count("secret_try") == 0
