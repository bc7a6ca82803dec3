"""Texts with lines: CR LF and a lone CR, as forms and shops' own systems write them, are LF from then on."""

import pytest

from kit.refusals import has_blank, wrong_fields
from kit.shop import Shop, least
from kit.stamps import ask, do, issue, latest, make_card, shown

pytestmark = pytest.mark.one_database

TYPED, KEPT = "No sugar.\r\nLikes tea.\rCalls\tback.\n\r\nBye", "No sugar.\nLikes tea.\nCalls\tback.\n\nBye"
SINGLE = ("userId", "userNm", "userPhnno", "userEtc1", "userEtc2")


@pytest.fixture
def stamp(shop: Shop) -> int:
    return issue(shop, make_card(shop), marks=1)


def test_in_create_update_and_bulk(shop: Shop, stamp: int) -> None:
    created = shop.create(shop.alice, least(memo=TYPED)).result
    do(shop, "update", stamp, memo=TYPED)
    rows = shop.request("POST", "/api/stamp/v1/bulk", by=shop.alice, body={"stamps": [least(memo=TYPED)]}).result
    assert [shown(shop, one)["memo"] for one in (created, stamp, rows[0]["stampIdx"])] == [KEPT] * 3


@pytest.mark.parametrize("action", ["add", "remove", "redeem"])
def test_in_a_note(shop: Shop, action: str) -> None:
    stamp = issue(shop, make_card(shop, maxStamps=2), marks=2 if action == "redeem" else 1)
    do(shop, action, stamp, note=TYPED)
    assert latest(shop, stamp)["note"] == KEPT


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"], ids=ascii)
def test_a_line_end_is_one_character(shop: Shop, stamp: int, end: str) -> None:
    do(shop, "update", stamp, memo=end * 1000)
    assert shown(shop, stamp)["memo"] == "\n" * 1000
    answer = ask(shop, "update", stamp, memo=end * 1001)
    assert answer.json == wrong_fields(("memo", "must have at most 1000 characters"))


@pytest.mark.parametrize("field", SINGLE)
def test_a_field_without_lines_has_none(shop: Shop, field: str) -> None:
    for end in ("\r\n", "\r", "\n"):
        answer = shop.refused(shop.alice, least(**{field: f"a{end}b"}))
        assert answer.json == wrong_fields((field, has_blank(end[0], where="inside")))


@pytest.mark.parametrize("character", ["\x85", "\x0b", "\x0c"], ids=ascii)
def test_controls_that_some_take_for_line_ends_are_refused(shop: Shop, character: str) -> None:
    answer = shop.refused(shop.alice, least(memo=f"a{character}b"))
    assert answer.json == wrong_fields(("memo", has_blank(character, where="inside")))


def test_separators_of_unicode_are_kept(shop: Shop) -> None:
    memo = "a\u2028b\u2029c"
    assert shown(shop, shop.create(shop.alice, least(memo=memo)).result)["memo"] == memo


def test_sent_again_with_the_other_kind_it_is_the_same_request(shop: Shop) -> None:
    """A proxy or a library may rewrite line ends on the way; the stamp is issued once."""
    key: dict[str, str | bytes] = {"Idempotency-Key": "with lines"}
    answers = [shop.create(shop.alice, least(memo=memo), headers=key) for memo in (TYPED, KEPT, TYPED)]
    assert len({answer.content for answer in answers}) == 1
    assert [answer.headers["Idempotency-Replayed"] for answer in answers] == [None, "true", "true"]
