"""`PUT /api/stamp/v1/merge`."""

import pytest

from kit.people import Person
from kit.shop import Answer, Shop
from kit.stamps import ask, do, issue, latest, ledger_row, make_card, merge, refused, shown, stamp_in, told, unchanged
from stampwell.features.stamps.states import State

_GOAL = 10
_PATH = "/api/stamp/v1/merge"


@pytest.fixture
def card(shop: Shop) -> int:
    return make_card(shop, maxStamps=_GOAL)


def _ask(shop: Shop, source: object, target: object, *, by: Person | None = None, **fields: object) -> Answer:
    headers = fields.pop("headers", None)
    body = {"fromStampIdx": source, "intoStampIdx": target, **fields}
    return shop.request("PUT", _PATH, by=by or shop.alice, body=body, headers=headers)  # type: ignore[arg-type]


def _refused(shop: Shop, source: object, target: object, **fields: object) -> tuple[int, str]:
    with unchanged(shop):
        answer = _ask(shop, source, target, **fields)
    return answer.json["code"], answer.json["message"]


class TestMerging:
    def test_the_marks_go_over(self, shop: Shop, card: int) -> None:
        source, target = issue(shop, card, marks=3), issue(shop, card, marks=4)
        assert merge(shop, source, target, note="New phone") is None
        assert (shown(shop, source)["stamps"], shown(shop, target)["stamps"]) == (0, 7)
        assert shown(shop, source)["mergedStampIdx"] == target
        assert shown(shop, target)["mergedStampIdx"] is None
        assert latest(shop, source) == ledger_row(shop, source, "merged", 3, 0, note="New phone", merged_stamp_id=target)
        assert latest(shop, target) == ledger_row(shop, target, "merged", 4, 7, note="New phone", merged_stamp_id=source)
        assert (told(shop, source)[-1], told(shop, target)[-1]) == ("stamp.merged", "stamp.merged")

    def test_by_codes_and_links(self, shop: Shop, card: int) -> None:
        source, target = issue(shop, card, marks=1), issue(shop, card)
        merge(shop, shown(shop, source)["code"].lower(), shown(shop, target)["stampUrl"])  # type: ignore[arg-type]
        assert shown(shop, target)["stamps"] == 1

    def test_several_into_one(self, shop: Shop, card: int) -> None:
        target = issue(shop, card)
        for _ in range(3):
            merge(shop, issue(shop, card, marks=2), target)
        assert shown(shop, target)["stamps"] == 6

    @pytest.mark.parametrize("state", [State.INACTIVE, State.NOT_YET_VALID, State.EXPIRED])
    def test_whatever_dates_and_switches(self, shop: Shop, card: int, state: State) -> None:
        source, target = (stamp_in(shop, state, card, marks=2) for _ in range(2))
        merge(shop, source, target)
        assert shown(shop, target)["stamps"] == 4

    def test_the_target_keeps_its_own_rules(self, shop: Shop, card: int) -> None:
        source = issue(shop, card, marks=3)
        shop.request("PUT", "/api/card/v1/update", by=shop.alice, body={"cardIdx": card, "maxStamps": 5, "rewardTtl": "A tea"})
        target = issue(shop, card, marks=1)
        merge(shop, source, target)
        assert (shown(shop, target)["maxStamps"], shown(shop, target)["stamps"]) == (5, 4)

    def test_to_the_last_mark_and_not_beyond(self, shop: Shop, card: int) -> None:
        target = issue(shop, card, marks=6)
        code, message = _refused(shop, issue(shop, card, marks=5), target)
        assert (code, "11" in message) == (40905, True)
        merge(shop, issue(shop, card, marks=4), target)
        assert shown(shop, target)["stamps"] == _GOAL


class TestRefusals:
    def test_another_card(self, shop: Shop, card: int) -> None:
        code, message = _refused(shop, issue(shop, card), issue(shop, make_card(shop)))
        assert (code, message) == (40914, "The stamps cannot be merged: they are of different cards.")

    @pytest.mark.parametrize(("state", "why"), [(State.REDEEMED, "one of them is redeemed."), (State.MERGED, "merged before.")])
    def test_a_state(self, shop: Shop, card: int, state: State, why: str) -> None:
        stamp = stamp_in(shop, state, card, goal=_GOAL)
        for source, target in ((stamp, issue(shop, card)), (issue(shop, card), stamp)):
            code, message = _refused(shop, source, target)
            assert (code, message.endswith(why)) == (40914, True)

    def test_one_stamp_twice(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=1)
        code, message = _refused(shop, stamp, shown(shop, stamp)["code"])
        assert (code, message) == (40002, "intoStampIdx: must be another stamp than fromStampIdx")

    def test_another_accounts_stamp_is_not_there(self, shop: Shop, card: int) -> None:
        own, strangers = issue(shop, card), issue(shop, shop.charlie.card_id, by=shop.charlie)
        assert _refused(shop, own, strangers)[0] == 40403
        assert _refused(shop, strangers, own)[0] == 40403


class TestAMergedStamp:
    @pytest.fixture
    def merged(self, shop: Shop, card: int) -> int:
        source = issue(shop, card, marks=3)
        merge(shop, source, issue(shop, card))
        return source

    def test_names_the_one_that_took_its_place(self, shop: Shop, merged: int) -> None:
        target = shown(shop, merged)["mergedStampIdx"]
        status, body = refused(shop, "add", merged)
        assert (status, body["code"]) == (409, 40915)
        assert body["message"] == f"This stamp was merged: its marks are on stamp {target}. Use that one."

    def test_keeps_its_history(self, shop: Shop, merged: int) -> None:
        rows = shop.get("/api/stamp/v1/history", shop.alice, stampIdx=merged).result["list"]
        assert (rows[0]["action"], rows[0]["mergedStampIdx"]) == ("merged", shown(shop, merged)["mergedStampIdx"])

    def test_can_be_deleted_once_the_other_is_gone(self, shop: Shop, merged: int) -> None:
        assert refused(shop, "delete", merged)[1]["code"] == 40915
        do(shop, "delete", shown(shop, merged)["mergedStampIdx"])
        assert refused(shop, "update", merged, memo="?")[1]["code"] == 40915
        do(shop, "delete", merged)
        assert ask(shop, "get", merged).json["code"] == 40403
