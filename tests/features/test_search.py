"""Searching stamps: what is found by what, in which order, and that no look is longer than it may be."""

from itertools import product

import pytest

from kit.data import Data
from kit.people import open_account
from kit.projection import project
from kit.search_shop import NOW_US, TODAY, SearchShop
from stampwell.core.actors import OPERATOR, Actor
from stampwell.core.days import stored_zone
from stampwell.core.errors import FieldsWrong
from stampwell.features.accounts.service import get_account
from stampwell.features.cards import service as cards
from stampwell.features.stamps import service
from stampwell.features.stamps.model import EventMeta
from stampwell.features.stamps.search import search
from stampwell.features.stamps.states import State, state_of


@pytest.fixture
def search_shop(data: Data) -> SearchShop:
    return SearchShop(data, open_account(data, max_stamps=3, now_us=NOW_US))


class TestNames:
    @pytest.mark.parametrize("text", ["Kim", "min", "MINJI", "kim min", "Min-ji kim", "  ji Kim "])
    def test_are_found_by_the_beginnings_of_any_of_their_words(self, search_shop: SearchShop, text: str) -> None:
        stamp, _ = search_shop.issue("Kim Min-ji"), search_shop.issue("Kimberley Stone")
        project(search_shop.data)
        assert stamp in search_shop.find(text)

    def test_have_to_fit_every_word_that_was_typed(self, search_shop: SearchShop) -> None:
        search_shop.issue("Kim Seo")
        stamp, _ = search_shop.issue("Kim Min-ji"), search_shop.issue("Park Min")
        project(search_shop.data)
        assert search_shop.find("min kim") == search_shop.find("kim min") == [stamp]
        assert search_shop.find("kim nobody") == []

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("José Núñez", "nunez jose"),
            ("Jose", "josé"),
            ("김민지", "김민"),
            ("ヤマダ 太郎", "ﾔﾏﾀﾞ"),
            ("\uff2b\uff29\uff2d", "kim"),
        ],
    )
    def test_are_found_without_accents_and_in_any_width(self, search_shop: SearchShop, name: str, text: str) -> None:
        stamp = search_shop.issue(name)
        project(search_shop.data)
        assert search_shop.find(text) == [stamp]

    def test_come_with_whole_words_first_and_the_newest_first_of_those(self, search_shop: SearchShop) -> None:
        old, longer, new = search_shop.issue("Kim"), search_shop.issue("Kimura"), search_shop.issue("Lee Kim")
        project(search_shop.data)
        assert search_shop.find("kim") == [new, old, longer]

    def test_that_changed_are_found_by_the_new_one_alone(self, search_shop: SearchShop) -> None:
        stamp = search_shop.issue("Kim")
        project(search_shop.data)
        zone = search_shop.data.read(get_account, search_shop.person.account_id).time_zone
        meta = EventMeta(Actor("staff", 1, "dashboard"), NOW_US, zone)
        change = service.StampChange({"user_name": "Lee"})
        search_shop.data.write(service.update, search_shop.person.account_id, stamp, change, meta=meta)
        project(search_shop.data)
        assert (search_shop.find("kim"), search_shop.find("lee")) == ([], [stamp])

    def test_of_deleted_stamps_are_gone(self, search_shop: SearchShop) -> None:
        stamp, other = search_shop.issue("Kim"), search_shop.issue("Kim")
        project(search_shop.data)
        search_shop.data.write(
            service.delete, search_shop.person.account_id, stamp, meta=EventMeta(OPERATOR, NOW_US, stored_zone("Asia/Seoul"))
        )
        assert search_shop.find("kim") == [other]


class TestPhoneNumbers:
    @pytest.mark.parametrize("stored", ["010-1234-5678", "+82 10 1234 5678", "+82-10-1234-5678", "01012345678"])
    @pytest.mark.parametrize(
        "typed", ["010-1234-5678", "+82 10 1234 5678", "821012345678", "010 1234 5678", "5678", "010-1234"]
    )
    def test_are_found_in_any_spelling_by_their_end_and_by_their_beginning(
        self, search_shop: SearchShop, stored: str, typed: str
    ) -> None:
        stamp, _ = search_shop.issue("Kim", phone=stored), search_shop.issue("Kim", phone="010-8765-4321")
        project(search_shop.data)
        assert search_shop.find(typed) == [stamp]

    def test_are_found_from_outside_where_no_country_is_known(self, search_shop: SearchShop) -> None:
        stamp = search_shop.issue(phone="010-1234-5678")
        project(search_shop.data)
        assert search_shop.find("+82 10 1234 5678", region=None) == [stamp]

    def test_are_found_beside_a_name(self, search_shop: SearchShop) -> None:
        stamp, _ = search_shop.issue("Kim", phone="010-1234-5678"), search_shop.issue("Lee", phone="010-8888-5678")
        project(search_shop.data)
        assert search_shop.find("kim 5678") == search_shop.find("kim 010 1234 5678") == [stamp]


class TestToTheLetter:
    def test_it_is_found_before_anything_was_digested(self, search_shop: SearchShop) -> None:
        stamp = search_shop.issue("Kim", user_id="Seat 12", user_email="Min@Shop.example", phone="+82 10-1234-5678")
        for text in ("Seat 12", "min@shop.EXAMPLE", "010-1234-5678", "+82 10 1234 5678", str(stamp)):
            assert search_shop.find(text) == [stamp], text
        assert search_shop.find("kim") == []

    def test_it_comes_first_and_not_twice(self, search_shop: SearchShop) -> None:
        by_id, by_name = search_shop.issue("Somebody", user_id="kim"), search_shop.issue("Kim")
        project(search_shop.data)
        assert search_shop.find("kim") == [by_id, by_name]

    def test_a_number_may_be_a_stamp_and_the_end_of_a_phone_number(self, search_shop: SearchShop) -> None:
        stamp = search_shop.issue("Kim")
        by_phone = search_shop.issue("Lee", phone=f"010-1234-{stamp:04}")
        project(search_shop.data)
        assert search_shop.find(f"{stamp:04}") == [stamp, by_phone]

    def test_addresses_and_ids_are_found_by_how_they_begin(self, search_shop: SearchShop) -> None:
        stamp = search_shop.issue(user_id="Member-77", user_email="min.kim@shop.example")
        project(search_shop.data)
        assert search_shop.find("member-7") == search_shop.find("Min.K") == [stamp]


class TestFilters:
    def test_states_are_those_of_the_stamps_own(self, search_shop: SearchShop) -> None:
        days = (("2026-01-01", "2026-12-31"), ("2026-03-03", "2026-12-31"), ("2026-01-01", "2026-03-01"))
        # None is both.
        ends = ((None, None), (NOW_US, None), (None, 1))
        update = "UPDATE stamp SET stamps = :marks, redeemed_at = :at, merged_stamp_id = :into WHERE stamp_id = :stamp"
        for (starts_on, ends_on), active, marks, (redeemed, into) in product(days, (True, False), (0, 3), ends):
            stamp = search_shop.issue("Kim", starts_on=starts_on, ends_on=ends_on, active=active)
            search_shop.data.run(update, stamp=stamp, marks=marks, at=redeemed, into=into)
        project(search_shop.data)
        every = search_shop.look().stamps
        assert len(every) == 36
        for state in State:
            expected = [stamp.stamp_id for stamp in every if state_of(stamp, TODAY) is state]
            assert expected, state
            assert search_shop.find(state=state) == search_shop.find("kim", state=state) == expected, state
            card = search_shop.person.card_id
            assert (
                search_shop.find(state=state, card_id=card) == search_shop.find("kim", state=state, card_id=card) == expected
            ), state
            assert search_shop.find(state=state, card_id=card + 1) == []

    def test_a_card_goes_with_a_text(self, search_shop: SearchShop) -> None:
        other = search_shop.data.write(
            cards.create,
            search_shop.person.account_id,
            name="Tea",
            max_stamps=3,
            reward_title="Tea",
            actor=OPERATOR,
            now_us=NOW_US,
        )
        stamp, _ = search_shop.issue("Kim", card_id=other.card_id, user_id="k"), search_shop.issue("Kim", user_id="k")
        project(search_shop.data)
        assert search_shop.find("kim", card_id=other.card_id) == search_shop.find("k", card_id=other.card_id) == [stamp]
        assert search_shop.find(card_id=other.card_id) == [stamp]

    def test_nothing_asked_is_everything_newest_first(self, search_shop: SearchShop) -> None:
        stamps = [search_shop.issue() for _ in range(3)]
        assert search_shop.find() == stamps[::-1]


class TestPages:
    TEXTS = ("jean", "j", "jean luc", "jean j", "010-1234", "", "jeanluc")

    @pytest.fixture
    def crowd(self, search_shop: SearchShop) -> SearchShop:
        names = ("Jean", "Jean-Luc", "Jeanette Jean", "Luc Jeanneau", "Jan Jean", "Luc", "Jeanluc")
        for number, name in enumerate(names * 3):
            user_id = "jean" if number % 5 == 0 else f"jean{number}" if number % 3 == 0 else f"u{number}"
            search_shop.issue(name, user_id=user_id, phone=f"010-1234-{number:04}", active=number % 4 > 0)
        project(search_shop.data)
        return search_shop

    @pytest.mark.parametrize("size", [1, 2, 5])
    def test_have_every_stamp_once_and_in_the_same_order(
        self, crowd: SearchShop, monkeypatch: pytest.MonkeyPatch, size: int
    ) -> None:
        expected = {(text, state): crowd.find(text, state=state) for text, state in product(self.TEXTS, (None, State.INACTIVE))}
        monkeypatch.setattr(search, "PAGE_SIZE", size)
        for (text, state), stamps in expected.items():
            assert len(set(stamps)) == len(stamps)
            assert stamps or state, text
            assert crowd.find_all(text, state=state) == stamps, (text, state)

    def test_are_bounded_and_say_how_far_they_looked(self, crowd: SearchShop, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = {text: crowd.find(text, state=State.INACTIVE) for text in self.TEXTS}
        monkeypatch.setattr(search, "MOST_ENTRIES", 4)
        monkeypatch.setattr(search, "MOST_STAMPS", 4)
        monkeypatch.setattr(search, "MOST_SCATTERED", 4)
        monkeypatch.setattr(search, "_FIRST_LOOK", 3)
        for text, stamps in whole.items():
            first = crowd.look(text, state=State.INACTIVE)
            assert (first.looked_at, len(first.stamps) <= 4, first.cursor is None) == (4, True, False), text
            assert crowd.find_all(text, state=State.INACTIVE) == stamps, text
        nothing = crowd.look(state=State.EXPIRED)
        assert (nothing.stamps, nothing.looked_at) == ([], 4)
        assert crowd.find_all(state=State.EXPIRED) == []

    def test_of_full_stamps_of_a_card_count_those_of_other_cards_too(
        self, search_shop: SearchShop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stamps = [search_shop.issue() for _ in range(4)]
        search_shop.data.run("UPDATE stamp SET stamps = max_stamps")
        monkeypatch.setattr(search, "MOST_SCATTERED", 2)
        page = search_shop.look(state=State.FULL, card_id=search_shop.person.card_id + 1)
        assert (page.stamps, page.looked_at) == ([], 2)
        assert search_shop.find_all(state=State.FULL, card_id=search_shop.person.card_id) == stamps[::-1]

    def test_go_on_where_they_were_when_a_word_becomes_more_frequent(
        self, crowd: SearchShop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        expected = crowd.find("luc jean")
        monkeypatch.setattr(search, "PAGE_SIZE", 2)
        first = crowd.look("luc jean")
        for _ in range(40):
            crowd.issue("Luc Lucas")
        project(crowd.data)
        rest, cursor = [], first.cursor
        while cursor is not None:
            page = crowd.look("luc jean", cursor=cursor)
            rest, cursor = [*rest, *page.stamps], page.cursor
        assert [stamp.stamp_id for stamp in (*first.stamps, *rest)] == expected

    def test_cursors_fit_their_own_search_alone(self, crowd: SearchShop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(search, "PAGE_SIZE", 1)
        cursor = crowd.look("jean").cursor
        assert cursor is not None
        stage, rest = cursor.split(".", 1)
        for text, wrong in (
            ("jea", cursor),
            ("jean", f"{int(stage) + 1}.{rest}"),
            ("jean", f"x{cursor}"),
            ("jean", cursor[:-4]),
            ("jean", "1.jean..x"),
            ("jean", "."),
            ("jean", "é"),
        ):
            with pytest.raises(FieldsWrong):
                crowd.look(text, cursor=wrong)

    def test_of_a_number_have_it_once_beside_ids_like_it(
        self, search_shop: SearchShop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(search, "PAGE_SIZE", 1)
        last = search_shop.issue()
        first = [search_shop.issue(user_id=str(last)) for _ in range(3)]
        assert search_shop.find_all(str(last)) == [*first[::-1], last]
        number = search_shop.issue()
        ids = [search_shop.issue(user_id=str(number), created_at=NOW_US - place) for place in (2, 1)]
        assert search_shop.find_all(str(number)) == [number, *ids[::-1]]

    def test_cursors_fit_their_own_shop_alone(self, crowd: SearchShop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(search, "PAGE_SIZE", 1)
        stranger = SearchShop(crowd.data, open_account(crowd.data, name="Charlie's", now_us=NOW_US))
        for text in ("jean", ""):
            cursor = crowd.look(text).cursor
            with pytest.raises(FieldsWrong):
                stranger.look(text, cursor=cursor)


class TestBounds:
    def test_another_shops_stamps_are_not_found(self, search_shop: SearchShop) -> None:
        stamp = search_shop.issue("Kim", user_id="seat", user_email="a@b.example", phone="010-1234-5678")
        project(search_shop.data)
        stranger = SearchShop(search_shop.data, open_account(search_shop.data, name="Charlie's", now_us=NOW_US))
        for text in ("kim", "seat", "a@b.example", "010-1234-5678", "5678", str(stamp), ""):
            assert stranger.find(text) == []

    @pytest.mark.parametrize(
        "text", ["\x00", "z\x00", "%", "_", "'", "\\", "😀", "\U0010ffff", "x" * 5000, "9" * 400, "-", "@", "İ" * 200]
    )
    def test_nonsense_finds_nothing_and_harms_nothing(self, search_shop: SearchShop, text: str) -> None:
        search_shop.issue("Kim", user_email="a@b.example", phone="010-1234-5678")
        project(search_shop.data)
        assert search_shop.find(text) == []
