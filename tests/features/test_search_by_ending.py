"""Searching stamps by the end of their code: what is found, in which order, and in how many steps among very many stamps."""

import pytest

from kit.data import Data
from kit.people import open_account
from kit.projection import project
from kit.search_shop import NOW_US, SearchShop
from kit.upgrade import make_old, upgrade
from stampwell.features.stamps.search import search_queries


@pytest.fixture
def search_shop(data: Data) -> SearchShop:
    return SearchShop(data, open_account(data, max_stamps=3, now_us=NOW_US))


@pytest.mark.parametrize("text", ["OK07", "ok07", "…OK07", "9OK07", "ZZZZ-99OK-07", "zzzz99ok07"])
def test_four_characters_or_more_find_the_stamp(search_shop: SearchShop, text: str) -> None:
    stamp = search_shop.issue(code="ABCDEFZZZZ99OK07")
    search_shop.issue(code="ABCDEFZZZZ99OK08")
    project(search_shop.data)
    assert search_shop.find(text) == [stamp]


def test_more_of_it_leaves_others_with_the_same_end_out(search_shop: SearchShop) -> None:
    one, other = search_shop.issue(code="AAAAAAAAAAAAOK07"), search_shop.issue(code="AAAAAAAAAAABOK07")
    project(search_shop.data)
    assert search_shop.find("ok07") == [other, one]
    assert search_shop.find("aok07") == [one]


def test_it_comes_before_customers_who_are_called_so_and_is_there_once(search_shop: SearchShop) -> None:
    named = search_shop.issue("Anna")
    both, older = search_shop.issue("Anna", code="AAAAAAAAAAAAANNA"), search_shop.issue("Annabel")
    project(search_shop.data)
    assert search_shop.find_all("anna") == [both, named, older]


def test_card_and_state_hold_for_it_too(search_shop: SearchShop) -> None:
    search_shop.issue(code="AAAAAAAAAAAAOK07")
    project(search_shop.data)
    assert search_shop.find("ok07", card_id=search_shop.person.card_id + 1) == []


def test_pages_go_on_where_they_ended(search_shop: SearchShop) -> None:
    stamps = [search_shop.issue(code=f"{number:012}OK07") for number in range(120)]
    project(search_shop.data)
    assert search_shop.find_all("ok07") == stamps[::-1]


def test_another_shops_are_never_found(search_shop: SearchShop) -> None:
    other = SearchShop(search_shop.data, open_account(search_shop.data, max_stamps=3, now_us=NOW_US))
    other.issue(code="AAAAAAAAAAAAOK07")
    project(search_shop.data)
    assert search_shop.find("ok07") == []


def test_old_stamps_are_found_once_they_are_upgraded(search_shop: SearchShop) -> None:
    stamp = search_shop.issue(code="AAAAAAAAAAAAOK07")
    project(search_shop.data)
    make_old(search_shop.data)
    assert search_shop.find("ok07") == []
    upgrade(search_shop.data)
    assert search_shop.find("ok07") == [stamp]


@pytest.mark.one_database("sqlite")
def test_the_index_is_followed_however_many_stamps_there_are(search_shop: SearchShop) -> None:
    asked = {"account_id": 1, "word": "-OK07", "before_at": 1, "before_id": 1, "limit": 50}
    (step,) = search_shop.data.rows(f"EXPLAIN QUERY PLAN {search_queries.WHOLE}", **asked)
    assert "SEARCH stamp_word" in step["detail"]
    assert "account_id=? AND word=?" in step["detail"]
