"""The page of a stamp that was merged leads to the one that took its place, and nothing changes it any more."""

import pytest

from kit import stamps
from kit.shop import Shop
from kit.stamps import code_of
from stampwell.core.actors import Actor
from stampwell.core.days import stored_zone
from stampwell.features.stamps import pins
from stampwell.features.stamps.errors import StampMerged
from stampwell.features.stamps.model import EventMeta

PASSWORD = "latte77"
WORDS = "These stamps are on another card now."
DRAWN = (
    "/qr.svg",
    "/qr.png",
    "/preview.png",
    "/icon-180.png",
    "/app.webmanifest",
    "/events",
    "/version",
    "/staff",
    "/pin/choose",
)


@pytest.fixture
def card(shop: Shop) -> int:
    return stamps.make_card(shop, onsiteYn="Y", onsitePwd=PASSWORD, maxStamps=9)


def path_of(shop: Shop, stamp: int) -> str:
    return f"/stamp/{code_of(shop, stamp)}"


@pytest.fixture
def numbers(shop: Shop, card: int) -> tuple[int, int]:
    """A stamp with two marks that was merged into one with three."""
    source, target = (stamps.issue(shop, card, marks=marks) for marks in (2, 3))
    stamps.merge(shop, source, target)
    return source, target


@pytest.fixture
def paths(shop: Shop, numbers: tuple[int, int]) -> tuple[str, str]:
    source, target = numbers
    return path_of(shop, source), path_of(shop, target)


class TestLeading:
    def test_the_page_leads_to_the_other(self, shop: Shop, paths: tuple[str, str]) -> None:
        old, new = paths
        answer = shop.stranger().get(old)
        assert (answer.status, answer.location) == (303, new)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "5 of 9 stamps" in shop.stranger().follow(answer).text

    @pytest.mark.parametrize("tail", DRAWN)
    def test_so_does_all_that_belongs_to_it(self, shop: Shop, paths: tuple[str, str], tail: str) -> None:
        old, new = paths
        answer = shop.stranger().get(f"{old}{tail}")
        assert (answer.status, answer.location) == (303, f"{new}{tail}")

    def test_what_was_asked_for_goes_along(self, shop: Shop, paths: tuple[str, str]) -> None:
        old, new = paths
        assert shop.stranger().get(f"{old}/events?seen=1").location == f"{new}/events?seen=1"
        assert shop.stranger().get(f"{old}?lang=ko").location == f"{new}?lang=ko"

    def test_to_the_last_of_several(self, shop: Shop, card: int, numbers: tuple[int, int], paths: tuple[str, str]) -> None:
        last = stamps.issue(shop, card)
        stamps.merge(shop, numbers[1], last)
        for path in paths:
            assert shop.stranger().get(path).location == path_of(shop, last)

    def test_the_pin_of_the_other_protects_it(self, shop: Shop, card: int) -> None:
        source, target = (stamps.issue(shop, card, marks=1) for _ in range(2))
        old, new = path_of(shop, source), path_of(shop, target)
        phones = {path: shop.stranger() for path in (old, new)}
        for path, phone in phones.items():
            phone.submit(phone.get(f"{path}/pin/choose"), f"{path}/pin/choose", pin="4071", again="4071")
        stamps.merge(shop, source, target)
        # Who knows the PIN of the old one knows nothing of the other's.
        for phone in (phones[old], shop.stranger()):
            page = phone.follow(phone.get(old))
            assert "Open card" in page.text
            assert "stamps" not in page.text

    def test_the_next_card_of_somebody_may_be_a_merged_one(self, shop: Shop) -> None:
        card = stamps.make_card(shop, maxStamps=1, renewYn="Y")
        first = stamps.issue(shop, card, marks=1)
        stamps.do(shop, "redeem", first)
        following, other = stamps.shown(shop, first)["renewedStampIdx"], stamps.issue(shop, card)
        stamps.merge(shop, following, other)
        page = shop.stranger().get(path_of(shop, first))
        assert f'href="{path_of(shop, following)}">Open your next card' in page.html
        assert shop.stranger().get(path_of(shop, following)).location == path_of(shop, other)


class TestForms:
    @pytest.mark.parametrize("tail", ["/mark", "/redeem", "/reward/1", "/undo/1", "/pin", "/pin/choose", "/pin/remove"])
    def test_change_neither(self, shop: Shop, card: int, tail: str) -> None:
        source, target = (stamps.issue(shop, card, marks=1) for _ in range(2))
        old, new = path_of(shop, source), path_of(shop, target)
        phone = shop.stranger()
        values = {**dict(phone.get(old).form(f"{old}/mark").values), "onsitePwd": PASSWORD, "pin": "4071"}
        stamps.merge(shop, source, target)
        with stamps.unchanged(shop):
            answer = phone.post(f"{old}{tail}", values.items())
            assert (answer.status, answer.location) == (303, new)
            page = phone.follow(answer)
        assert "Nothing was changed: this card has replaced the one you had open." in page.text
        assert "2 of 9 stamps" in page.text

    def test_of_others_are_refused(self, shop: Shop, paths: tuple[str, str]) -> None:
        assert shop.stranger().post(f"{paths[0]}/mark", {"token": "made up"}.items()).status == 403

    def test_in_the_moment_of_the_merge(self, shop: Shop, numbers: tuple[int, int]) -> None:
        meta = EventMeta(Actor("customer", None, "stamp_page"), shop.clock.now_us(), stored_zone("Asia/Seoul"))
        with stamps.unchanged(shop), pytest.raises(StampMerged):
            shop.data.write(pins.set_pin, shop.alice.account_id, numbers[0], seen=None, pin_hash="late", meta=meta)


class TestDeletedSuccessor:
    @pytest.fixture
    def path(self, shop: Shop, numbers: tuple[int, int], paths: tuple[str, str]) -> str:
        stamps.do(shop, "delete", numbers[1])
        return paths[0]

    def test_the_old_page_says_so(self, shop: Shop, path: str) -> None:
        page = shop.stranger().get(path)
        assert page.status == 200
        assert "Its stamps are on another card now." in page.text
        for nothing in ("Staff", "PIN", "Show code", "Valid until"):
            assert nothing not in page.text

    def test_nothing_changes_it(self, shop: Shop, card: int) -> None:
        source, target = (stamps.issue(shop, card, marks=1) for _ in range(2))
        path, phone = path_of(shop, source), shop.stranger()
        values = {**dict(phone.get(path).form(f"{path}/mark").values), "onsitePwd": PASSWORD, "pin": "4071"}
        stamps.merge(shop, source, target)
        stamps.do(shop, "delete", target)
        with stamps.unchanged(shop):
            for tail in ("/mark", "/redeem", "/reward/1", "/undo/1", "/pin/choose", "/pin/remove"):
                refused = phone.post(f"{path}{tail}", values.items())
                assert (refused.status, WORDS in refused.text) == (409, True), tail
        for tail in ("/staff", "/pin/choose"):
            refused = phone.get(f"{path}{tail}")
            assert (refused.status, WORDS in refused.text) == (409, True), tail

    def test_a_chain_ends_at_the_last_that_is_there(self, shop: Shop, card: int) -> None:
        first, second, third = (stamps.issue(shop, card) for _ in range(3))
        stamps.merge(shop, first, second)
        stamps.merge(shop, second, third)
        stamps.do(shop, "delete", third)
        assert shop.stranger().get(path_of(shop, first)).location == path_of(shop, second)
        assert "Its stamps are on another card now." in shop.stranger().get(path_of(shop, second)).text

    def test_a_loop_that_cannot_be_ends(self, shop: Shop, card: int) -> None:
        first, second = (stamps.issue(shop, card) for _ in range(2))
        path = path_of(shop, first)
        for one, other in ((first, second), (second, first)):
            shop.data.run("UPDATE stamp SET merged_stamp_id = :other WHERE stamp_id = :one", one=one, other=other)
        assert "Its stamps are on another card now." in shop.stranger().get(path).text
