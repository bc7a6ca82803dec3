"""A card of a shop whose account is suspended: it is shown, and nothing can be done with it."""

from collections.abc import Callable
from functools import partial

import pytest

from kit import stamps
from kit.dashboard_client import DashboardClient, DashboardPage
from kit.shop import Shop
from kit.stamps import code_of
from kit.suspension import changes_nothing_while_suspended, resume, suspend

PASSWORD = "latte77"
PIN = "4711"
REWARDS = [{"stamps": 1, "rewardTtl": "a cookie"}]
SENTENCE = "This card can't be used right now. Please ask us in the shop."

Ready = Callable[[Shop], Callable[[], DashboardPage]]


def _card(shop: Shop, *, marks: int = 1) -> str:
    """The path of a new one that staff mark on the spot."""
    shop_key = shop.with_key(shop.alice)
    card = stamps.make_card(shop, by=shop_key, onsiteYn="Y", onsitePwd=PASSWORD, maxStamps=3, rewards=REWARDS)
    return f"/stamp/{code_of(shop, stamps.issue(shop, card, marks=marks, by=shop_key), by=shop_key)}"


def _staff(action: str, marks: int) -> Ready:
    def ready(shop: Shop) -> Callable[[], DashboardPage]:
        phone, path = shop.stranger(), _card(shop, marks=marks)
        return partial(_submitted, phone, phone.get(path), f"{path}/{action}", onsitePwd=PASSWORD)

    return ready


def _reward(shop: Shop) -> Callable[[], DashboardPage]:
    phone, path = shop.stranger(), _card(shop)
    values = {**dict(phone.get(path).form(f"{path}/mark").values), "onsitePwd": PASSWORD}
    return partial(phone.post, f"{path}/reward/1", values.items())


def _undo(shop: Shop) -> Callable[[], DashboardPage]:
    phone, path = shop.stranger(), _card(shop)
    page = phone.done(phone.get(path), f"{path}/mark", onsitePwd=PASSWORD)
    (form,) = [form for form in page.forms if "/undo/" in form.action]
    return partial(phone.post, form.action, form.values)


def _choose_pin(shop: Shop) -> Callable[[], DashboardPage]:
    phone, path = shop.stranger(), _card(shop)
    return partial(_submitted, phone, phone.get(f"{path}/pin/choose"), f"{path}/pin/choose", pin=PIN, again=PIN)


def _remove_pin(shop: Shop) -> Callable[[], DashboardPage]:
    phone, path = _with_pin(shop)
    return partial(_submitted, phone, phone.get(f"{path}/pin/choose"), f"{path}/pin/remove")


def _with_pin(shop: Shop) -> tuple[DashboardClient, str]:
    """A phone that knows the PIN of a card, and the card's path."""
    phone, path = shop.stranger(), _card(shop)
    phone.done(phone.get(f"{path}/pin/choose"), f"{path}/pin/choose", pin=PIN, again=PIN)
    return phone, path


def _submitted(phone: DashboardClient, page: DashboardPage, action: str, **fields: str) -> DashboardPage:
    return phone.submit(page, action, **fields)


ACTIONS: dict[str, Ready] = {
    "/mark": _staff("mark", 1),
    "/redeem": _staff("redeem", 3),
    "/reward/{marks:idx}": _reward,
    "/undo/{event_id:idx}": _undo,
    "/pin/choose": _choose_pin,
    "/pin/remove": _remove_pin,
}
# Telling the PIN shows the card, and nothing more.
SHOWING = {"/pin"}


@pytest.mark.one_database
def test_these_are_all_the_actions(own_shop: Shop) -> None:
    assert {route.tail for route in own_shop.app.stamp_pages if route.method == "POST"} == set(ACTIONS) | SHOWING


@pytest.mark.parametrize("action", ACTIONS)
def test_no_action_changes_anything(own_shop: Shop, action: str) -> None:
    answer = changes_nothing_while_suspended(
        own_shop,
        own_shop.alice.account_id,
        lambda: ACTIONS[action](own_shop),
        lambda send: send(),
        lambda page: page.status == 403 and SENTENCE in page.text,
    )
    assert answer.status == 303


class TestShowing:
    def test_the_card_is_shown_without_what_could_be_done(self, own_shop: Shop) -> None:
        path, phone = _card(own_shop), own_shop.stranger()
        open_one = phone.get(path)
        suspend(own_shop, own_shop.alice.account_id)
        page = phone.get(path)
        assert (page.status, SENTENCE in page.text) == (200, True)
        assert page.forms == []
        assert "/pin/choose" not in page.html
        assert phone.get(f"{path}/qr.svg").status == 200
        assert [phone.get(f"{path}{tail}").status for tail in ("/staff", "/pin/choose")] == [403, 403]
        resume(own_shop, own_shop.alice.account_id)
        assert phone.get(path).text == open_one.text

    def test_an_open_card_learns_of_it(self, own_shop: Shop) -> None:
        path, phone = _card(own_shop), own_shop.stranger()
        before = phone.get(f"{path}/version").text
        suspend(own_shop, own_shop.alice.account_id)
        assert phone.get(f"{path}/version").text != before

    def test_a_card_with_a_pin_is_shown_to_who_tells_it(self, own_shop: Shop) -> None:
        _, path = _with_pin(own_shop)
        suspend(own_shop, own_shop.alice.account_id)
        stranger = own_shop.stranger()
        page = stranger.done(stranger.get(path), f"{path}/pin", pin=PIN)
        assert (page.status, SENTENCE in page.text) == (200, True)
