"""`ETag` of `get` and `validate`, and `If-Match` on every write to a stamp."""

import pytest

from kit.shop import Shop
from kit.stamps import ask, do, forget_sales, issue, make_card, merge, refused, reverse

_GOAL = 10


@pytest.fixture(autouse=True)
def _sales(shop: Shop) -> None:
    forget_sales(shop)


@pytest.fixture
def stamp(shop: Shop) -> int:
    return issue(shop, make_card(shop, maxStamps=_GOAL, rewards=[{"stamps": 1, "rewardTtl": "a cookie"}]))


def _etag(shop: Shop, stamp: int) -> str:
    tag: str = ask(shop, "get", stamp).headers["ETag"]
    return tag


class TestETag:
    def test_is_the_same_until_something_changes(self, shop: Shop, stamp: int) -> None:
        assert _etag(shop, stamp) == _etag(shop, stamp) == ask(shop, "validate", stamp).headers["ETag"]
        assert _etag(shop, stamp).startswith('"')

    def test_changes_with_every_change(self, shop: Shop, stamp: int) -> None:
        tags = [_etag(shop, stamp)]

        def changed() -> None:
            tags.append(_etag(shop, stamp))

        do(shop, "add", stamp, orderRef="R-1")
        changed()
        do(shop, "redeem", stamp, reward=1, orderRef="R-1")
        changed()
        do(shop, "update", stamp, memo="oat milk")
        changed()
        do(shop, "update", stamp, activeYn="N")
        changed()
        reverse(shop, "R-1")
        changed()
        do(shop, "update", stamp, activeYn="Y", stamps=_GOAL)
        changed()
        do(shop, "remove", stamp)
        changed()
        merge(shop, stamp, issue(shop, shop.get("/api/stamp/v1/get", shop.alice, stampIdx=stamp).result["cardIdx"]))
        changed()
        assert len(set(tags)) == len(tags)

    def test_a_change_that_changes_nothing_leaves_it(self, shop: Shop, stamp: int) -> None:
        before = _etag(shop, stamp)
        do(shop, "update", stamp, activeYn="Y")
        assert _etag(shop, stamp) == before

    def test_of_a_merge_both_have_another(self, shop: Shop, stamp: int) -> None:
        card = shop.get("/api/stamp/v1/get", shop.alice, stampIdx=stamp).result["cardIdx"]
        other = issue(shop, card)
        before = _etag(shop, other)
        merge(shop, stamp, other)
        assert _etag(shop, other) != before


_WRITES = {
    "add": {},
    "remove": {},
    "redeem": {"reward": 1},
    "update": {"memo": "oat milk"},
    "delete": {},
}


class TestIfMatch:
    @pytest.mark.parametrize("action", _WRITES)
    @pytest.mark.parametrize("sent", ['"0"', 'W/"{}"', '"0", "999"', "nonsense", "", "{}"])
    def test_another_version_and_nothing_is_done(self, shop: Shop, stamp: int, action: str, sent: str) -> None:
        do(shop, "add", stamp)
        bare = _etag(shop, stamp).strip('"')
        status, body = refused(shop, action, stamp, headers={"If-Match": sent.format(bare)}, **_WRITES[action])
        assert (status, body["code"]) == (412, 41201)
        assert f'"{bare}"' in body["message"]

    @pytest.mark.parametrize("action", _WRITES)
    @pytest.mark.parametrize("sent", ["{}", '"x", {}', "*", " {} "])
    def test_this_version_and_it_is_done(self, shop: Shop, stamp: int, action: str, sent: str) -> None:
        do(shop, "add", stamp)
        headers = {"If-Match": sent.format(_etag(shop, stamp))}
        assert ask(shop, action, stamp, headers=headers, **_WRITES[action]).json["code"] == 0

    def test_of_two_who_saw_the_same_the_second_is_refused(self, shop: Shop, stamp: int) -> None:
        headers = {"If-Match": _etag(shop, stamp)}
        do(shop, "add", stamp, headers=headers)
        assert refused(shop, "add", stamp, headers=headers)[1]["code"] == 41201

    def test_a_sale_that_comes_again_is_answered_as_the_first_time(self, shop: Shop, stamp: int) -> None:
        headers = {"If-Match": _etag(shop, stamp)}
        for _ in range(2):
            assert ask(shop, "add", stamp, orderRef="R-1", headers=headers).json["code"] == 0

    def test_counts_for_the_source_of_a_merge(self, shop: Shop, stamp: int) -> None:
        card = shop.get("/api/stamp/v1/get", shop.alice, stampIdx=stamp).result["cardIdx"]
        body = {"fromStampIdx": stamp, "intoStampIdx": issue(shop, card)}
        path = "/api/stamp/v1/merge"
        answer = shop.request("PUT", path, by=shop.alice, body=body, headers={"If-Match": '"0"'})
        assert (answer.status, answer.json["code"]) == (412, 41201)
        assert shop.request("PUT", path, by=shop.alice, body=body, headers={"If-Match": _etag(shop, stamp)}).json["code"] == 0
