"""What happens to stamps is told in order, each event with the stamp as it was right after: contract, section 11."""

from typing import Any

from kit.hooks import Hooks, add_webhook
from kit.shop import Shop
from kit.stamps import ask, do, issue, make_card


def _told(hooks: Hooks, count: int) -> list[tuple[str, int, int, int]]:
    """Type, sequence, and the counts before and after, of what came."""
    return [(one.type, one.data["sequence"], one.data["before"], one.data["after"]) for one in hooks.until(count)]


class TestALife:
    def test_from_issue_to_deletion(self, hook_shop: Shop, hooks: Hooks) -> None:
        add_webhook(hook_shop, hooks.url)
        card = make_card(hook_shop, maxStamps=3, rewards=[{"stamps": 2, "rewardTtl": "a cookie"}])
        stamp = issue(hook_shop, card)
        do(hook_shop, "add", stamp, count=2)
        do(hook_shop, "remove", stamp)
        do(hook_shop, "add", stamp, count=2)
        do(hook_shop, "redeem", stamp, reward=2)
        do(hook_shop, "redeem", stamp, orderRef="till 1")
        hook_shop.put("/api/stamp/v1/reverse", hook_shop.alice, orderRef="till 1")
        hook_shop.request("DELETE", f"/api/stamp/v1/delete?stampIdx={stamp}", by=hook_shop.alice)
        assert _told(hooks, 9) == [
            ("stamp.issued", 1, 0, 0),
            ("stamp.added", 2, 0, 2),
            ("stamp.removed", 3, 2, 1),
            ("stamp.added", 4, 1, 3),
            ("stamp.full", 5, 3, 3),
            ("stamp.reward_redeemed", 6, 3, 3),
            ("stamp.redeemed", 7, 3, 3),
            ("stamp.returned", 8, 3, 3),
            ("stamp.deleted", 9, 3, 3),
        ]
        shown = [one.data["stamp"] for one in hooks.received]
        assert [one["stamps"] for one in shown] == [0, 2, 1, 3, 3, 3, 3, 3, 3]
        assert [one["useYn"] for one in shown] == [*"NNNNNNYNN"]
        assert [one["rewards"][0]["useYmdt"] is not None for one in shown] == [False] * 5 + [True] * 4

    def test_marks_that_come_at_once_show_each_its_count(self, hook_shop: Shop, hooks: Hooks) -> None:
        add_webhook(hook_shop, hooks.url)
        stamp = issue(hook_shop, make_card(hook_shop, maxStamps=10))
        for _ in range(10):
            do(hook_shop, "add", stamp)
        told = _told(hooks, 12)
        assert [sequence for _, sequence, _, _ in told] == list(range(1, 13))
        assert [(before, after) for _, _, before, after in told[1:11]] == [(marks, marks + 1) for marks in range(10)]
        assert [one.data["stamp"]["stamps"] for one in hooks.received] == [*range(11), 10]

    def test_a_correction_that_fills_and_redeems(self, hook_shop: Shop, hooks: Hooks) -> None:
        add_webhook(hook_shop, hooks.url)
        stamp = issue(hook_shop, make_card(hook_shop, maxStamps=3))
        do(hook_shop, "update", stamp, stamps=3, userNm="Kim", useYn="Y")
        assert [kind for kind, *_ in _told(hooks, 4)] == ["stamp.issued", "stamp.updated", "stamp.full", "stamp.redeemed"]
        assert [one.data["stamp"]["useYn"] for one in hooks.received] == [*"NNNY"]
        assert [one.data["actionType"] for one in hooks.received] == ["ISSUE", "UPDATE", "FULL", "USE"]

    def test_surplus(self, hook_shop: Shop, hooks: Hooks) -> None:
        add_webhook(hook_shop, hooks.url)
        stamp = issue(hook_shop, make_card(hook_shop, maxStamps=3, carryYn="Y"), marks=2)
        do(hook_shop, "add", stamp, count=3, orderRef="till 2")
        told = {(one.type, one.data["stamp"]["stampIdx"] == stamp): one.data for one in hooks.until(6)}
        assert told["stamp.added", False]["after"] == 2
        assert told["stamp.added", False]["sequence"] == 2
        assert told["stamp.added", True]["stamp"]["renewedStampIdx"] == told["stamp.issued", False]["stamp"]["stampIdx"]
        assert told["stamp.added", True]["orderRef"] == "till 2"
        assert told["stamp.issued", True]["stamp"]["renewedStampIdx"] is None
        assert told["stamp.full", True]["sequence"] == 4

    def test_merging(self, hook_shop: Shop, hooks: Hooks) -> None:
        add_webhook(hook_shop, hooks.url)
        card = make_card(hook_shop, maxStamps=5)
        old, new = issue(hook_shop, card, marks=2), issue(hook_shop, card, marks=1)
        hook_shop.put("/api/stamp/v1/merge", hook_shop.alice, fromStampIdx=old, intoStampIdx=new)
        merged = {one.data["stamp"]["stampIdx"]: one.data for one in hooks.until(6) if one.type == "stamp.merged"}
        assert (merged[old]["before"], merged[old]["after"], merged[old]["count"]) == (2, 0, 2)
        assert (merged[new]["before"], merged[new]["after"], merged[new]["count"]) == (1, 3, 2)
        assert merged[old]["stamp"]["mergedStampIdx"] == new


class TestWhatIsSaid:
    def test_all_of_it(self, hook_shop: Shop, hooks: Hooks) -> None:
        add_webhook(hook_shop, hooks.url)
        stamp = issue(hook_shop, 123, userNm="Kim", userPhnno="010-1234-5678", memo="regular")
        do(hook_shop, "add", stamp, orderRef="till 9")
        issued, added = hooks.until(2)
        shown = hook_shop.get("/api/stamp/v1/get", hook_shop.alice, stampIdx=stamp).result
        personal = {"memo", "userId", "userNm", "userPhnno", "userEml", "userEtc1", "userEtc2"}
        assert list(added.json) == ["type", "timestamp", "data"]
        assert added.json["timestamp"] == "2026-03-02T09:00:00.000000Z"
        assert added.data == {
            "eventIdx": issued.data["eventIdx"] + 1,
            "sequence": 2,
            "actionType": "ADD",
            "actor": {"type": "apiKey", "idx": hook_shop.alice.key_id},
            "count": 1,
            "before": 0,
            "after": 1,
            "orderRef": "till 9",
            "locationIdx": None,
            "stamp": {name: value for name, value in shown.items() if name not in personal},
        }

    def test_personal_fields_on_wish(self, hook_shop: Shop, hooks: Hooks) -> None:
        add_webhook(hook_shop, hooks.url, personal=True)
        stamp = issue(hook_shop, 123, userNm="Kim", memo="regular")
        (issued,) = hooks.until(1)
        shown = hook_shop.get("/api/stamp/v1/get", hook_shop.alice, stampIdx=stamp).result
        assert list(issued.data["stamp"].items()) == list(shown.items())

    def test_thin(self, hook_shop: Shop, hooks: Hooks) -> None:
        add_webhook(hook_shop, hooks.url, thin=True)
        stamp = issue(hook_shop, 123, userNm="Kim")
        (issued,) = hooks.until(1)
        assert list(issued.data.items()) == [
            ("eventIdx", issued.data["eventIdx"]),
            ("sequence", 1),
            ("actionType", "ISSUE"),
            ("stampIdx", stamp),
            ("cardIdx", 123),
            ("url", f"/api/stamp/v1/get?stampIdx={stamp}"),
        ]

    def test_filters(self, hook_shop: Shop, hooks: Hooks) -> None:
        card = make_card(hook_shop)
        add_webhook(hook_shop, f"{hooks.url}/added", event_types=("stamp.added",))
        add_webhook(hook_shop, f"{hooks.url}/card", card_id=card)
        add_webhook(hook_shop, f"{hooks.url}/off", active=False)
        add_webhook(hook_shop, f"{hooks.url}/bobs", by=hook_shop.charlie)
        stamp, of_card = issue(hook_shop, 123), issue(hook_shop, card)
        do(hook_shop, "add", stamp)
        do(hook_shop, "add", of_card)
        came = {(one.path.rsplit("/", 1)[-1], one.type, one.data["stamp"]["stampIdx"]) for one in hooks.until(4)}
        assert came == {
            ("added", "stamp.added", stamp),
            ("added", "stamp.added", of_card),
            ("card", "stamp.issued", of_card),
            ("card", "stamp.added", of_card),
        }

    def test_a_refusal_tells_nothing(self, hook_shop: Shop, hooks: Hooks) -> None:
        add_webhook(hook_shop, hooks.url)
        stamp = issue(hook_shop, make_card(hook_shop, maxStamps=3))
        assert ask(hook_shop, "add", stamp, count=4).status == 409
        do(hook_shop, "add", stamp)
        assert [kind for kind, *_ in _told(hooks, 2)] == ["stamp.issued", "stamp.added"]


def test_a_card_that_is_changed(hook_shop: Shop, hooks: Hooks) -> None:
    card = make_card(hook_shop)
    add_webhook(hook_shop, hooks.url)
    hook_shop.put("/api/card/v1/update", hook_shop.alice, cardIdx=card, cardNm="Tea")
    (changed,) = hooks.until(1)
    assert changed.type == "card.updated"
    expected: dict[str, Any] = {"eventIdx": changed.data["eventIdx"], "sequence": None, "actionType": "UPDATE", "cardIdx": card}
    assert changed.data == expected
