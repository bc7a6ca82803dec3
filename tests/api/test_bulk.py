"""`POST /api/stamp/v1/bulk`: up to a thousand stamps, each row answered for itself and in order."""

import json
from typing import Any

import pytest

from kit.people import Person
from kit.refusals import wrong_fields
from kit.shop import CREATE, Answer, Shop, least
from stampwell.core.actors import OPERATOR
from stampwell.features.accounts import service as accounts

BULK = "/api/stamp/v1/bulk"
Row = dict[str, Any]


def _bulk(shop: Shop, rows: object, *, by: Person | None = None, **headers: str | bytes) -> Answer:
    return shop.request("POST", BULK, by=by or shop.alice, body={"stamps": rows}, headers=headers)


def _content(rows: str) -> bytes:
    return b'{"stamps": [%s]}' % rows.encode()


def _assert_issued(shop: Shop, row: Row) -> dict[str, Any]:
    """The stamp of an answer's row, which is stored with all that belongs to it."""
    assert list(row) == ["stampIdx", "code"]
    stored = shop.data.stamp(row["stampIdx"])
    assert stored["code"] == row["code"]
    assert [entry["kind"] for entry in shop.data.ledger(row["stampIdx"])] == ["issued"]
    assert [entry["kind"] for entry in shop.data.told(row["stampIdx"])] == ["stamp.issued"]
    return stored


class TestRows:
    def test_are_issued_and_answered_in_order(self, shop: Shop) -> None:
        rows = _bulk(shop, [least(userId=f"row-{number}") for number in range(70)]).result
        assert [_assert_issued(shop, row)["user_id"] for row in rows] == [f"row-{number}" for number in range(70)]

    def test_have_every_field_of_create(self, shop: Shop) -> None:
        row = least(activeYn="N", memo="m\nm", userNm="김철수", userPhnno="+1 2", userEml="a@b.co", userEtc1="1", userEtc2="2")
        alone = shop.data.stamp(shop.create(shop.alice, {**row, "userId": "same"}).result)
        together = _assert_issued(shop, _bulk(shop, [{**row, "userId": "same"}]).result[0])
        assert {**alone, "stamp_id": 0, "code": ""} == {**together, "stamp_id": 0, "code": ""}

    def test_the_ledger_says_who_issued_them(self, shop: Shop) -> None:
        (row,) = _bulk(shop, [least()]).result
        (entry,) = shop.data.ledger(row["stampIdx"])
        assert (entry["actor_kind"], entry["actor_id"], entry["channel"]) == ("api_key", shop.alice.key_id, "api")

    def test_none_at_all(self, shop: Shop) -> None:
        assert _bulk(shop, []).result == []

    def test_a_thousand(self, own_shop: Shop) -> None:
        rows = _bulk(own_shop, [least(userId=f"row-{number}") for number in range(1000)]).result
        stored = {row["stamp_id"]: row for row in own_shop.data.rows("SELECT * FROM stamp")}
        assert [stored[row["stampIdx"]]["user_id"] for row in rows] == [f"row-{number}" for number in range(1000)]
        assert own_shop.data.stored() == {"stamp": 1000, "stamp_event": 1000, "told": 1000}

    def test_of_an_account_that_is_answered_with_codes(self, shop: Shop) -> None:
        owner = shop.open_account()
        shop.data.write(
            accounts.set_stamp_idx_format, owner.account_id, stamp_idx_format="code", actor=OPERATOR, now_us=shop.clock.now_us()
        )
        (row,) = _bulk(shop, [least(cardIdx=owner.card_id)], by=owner).result
        assert type(row["stampIdx"]) is int
        _assert_issued(shop, row)


class TestWrongRows:
    def test_half_of_them(self, shop: Shop) -> None:
        bodies = [least() if number % 2 else least(endYmd="2025-02-30") for number in range(40)]
        before = shop.data.count("stamp")
        rows = _bulk(shop, bodies).result
        assert [row.get("code") == 40002 for row in rows] == [True, False] * 20
        for row in rows[1::2]:
            _assert_issued(shop, row)
        assert shop.data.count("stamp") == before + 20

    def test_all_of_them(self, shop: Shop) -> None:
        before = shop.data.stored()
        assert [row["code"] for row in _bulk(shop, [{}, least(cardIdx=999_999)]).result] == [40002, 40402]
        assert shop.data.stored() == before

    @pytest.mark.parametrize("language", ["en", "ko", "ja"])
    def test_are_told_what_create_would_tell(self, shop: Shop, language: str) -> None:
        """Word for word, in the caller's language, but for `result`."""
        closed = shop.request(
            "POST", "/api/card/v1/create", by=shop.alice, body={"cardNm": "Off", "maxStamps": 1, "activeYn": "N"}
        )
        bodies: list[dict[str, object]] = [
            {"cardIdx": "123", "strtYmd": "2026-02-30", "userName": "x", "memo": 5},
            least(cardIdx=999_999),
            least(cardIdx=shop.charlie.card_id),
            least(cardIdx=closed.result),
            least(domain="https://nobody.example"),
            least(endYmd="2025-01-01"),
            least(userEml="no address", userPhnno="1" * 31),
        ]
        headers = {"Accept-Language": language}
        rows = _bulk(shop, bodies, **headers).result
        for body, row in zip(bodies, rows, strict=True):
            alone = shop.request("POST", CREATE, by=shop.alice, body=body, headers=headers)
            assert {**row, "result": None} == alone.json

    def test_a_custom_domain_that_the_plan_lacks(self, shop: Shop) -> None:
        owner = shop.open_account(plan="personal")
        bodies = [least(cardIdx=owner.card_id, domain="https://x.example"), least(cardIdx=owner.card_id)]
        refused, issued = _bulk(shop, bodies, by=owner).result
        assert refused["code"] == 40302
        _assert_issued(shop, issued)

    @pytest.mark.parametrize("thing", [7, "x", None, True, [], 1.5], ids=repr)
    def test_what_is_no_object(self, shop: Shop, thing: object) -> None:
        rows = _bulk(shop, [least(), thing, least()]).result
        expected = wrong_fields(("stamps.1", "must be an object with the fields of create"))
        assert {**rows[1], "result": None} == expected
        assert [list(rows[number]) for number in (0, 2)] == [["stampIdx", "code"]] * 2

    def test_members_that_come_twice(self, shop: Shop) -> None:
        """Which of the two was meant nobody knows, so nothing of the request is done."""
        before = shop.data.stored()
        twice = '{"cardIdx": 123, "strtYmd": "2026-01-01", "endYmd": "2026-12-31", "userId": "a", "userId": "b"}'
        answer = shop.request("POST", BULK, by=shop.alice, content=_content(f"{json.dumps(least())}, {twice}"))
        assert answer.status == 400
        assert answer.json["code"] == 40002
        assert shop.data.stored() == before

    def test_the_same_row_twice_is_two_stamps(self, shop: Shop) -> None:
        first, second = _bulk(shop, [least(userId="twin")] * 2).result
        assert first["stampIdx"] != second["stampIdx"]


@pytest.mark.one_database
class TestWrongRequests:
    @pytest.mark.parametrize(
        ("stamps", "problem"),
        [
            ([{}] * 1001, "must have at most 1000 items"),
            ({}, "must be an array"),
            ("[]", "must be an array"),
            (None, "required"),
        ],
        ids=["1,001 rows", "an object", "a text", "nothing"],
    )
    def test_are_refused_whole(self, shop: Shop, stamps: object, problem: str) -> None:
        before = shop.data.stored()
        answer = _bulk(shop, stamps)
        assert (answer.status, answer.json) == (400, wrong_fields(("stamps", problem)))
        assert shop.data.stored() == before

    def test_a_bare_array(self, shop: Shop) -> None:
        assert shop.request("POST", BULK, by=shop.alice, body=[least()]).json["code"] == 40001

    def test_more_than_a_mebibyte(self, shop: Shop) -> None:
        answer = _bulk(shop, [least(memo="m" * 1000)] * 1000)
        assert (answer.status, answer.json["code"]) == (413, 41301)


class TestSentTwice:
    def test_with_a_key_it_is_replayed_byte_for_byte(self, shop: Shop) -> None:
        bodies = [least(), {}, least(cardIdx=999_999), least()]
        first = _bulk(shop, bodies, **{"Idempotency-Key": "bulk", "Accept-Language": "ko"})
        stored = shop.data.contents()
        second = _bulk(shop, bodies, **{"Idempotency-Key": "bulk", "Accept-Language": "en"})
        assert (second.content, second.headers["Idempotency-Replayed"]) == (first.content, "true")
        assert shop.data.contents() == stored

    def test_another_order_is_another_request(self, shop: Shop) -> None:
        bodies = [least(userId="a"), least(userId="b")]
        _bulk(shop, bodies, **{"Idempotency-Key": "order"})
        assert _bulk(shop, bodies[::-1], **{"Idempotency-Key": "order"}).json["code"] == 42201

    def test_a_large_number_and_a_deep_value_in_a_row(self, shop: Shop) -> None:
        """They go into the fingerprint of the request before their row is looked at."""
        rows = '{"cardIdx": 1e400}, {"cardIdx": %s}, {"x": [[[{"y": [1.5, null]}]]]}' % ("9" * 400)
        headers = {"Idempotency-Key": "deep"}
        answers = [shop.request("POST", BULK, by=shop.alice, content=_content(rows), headers=headers) for _ in range(2)]
        assert [row["code"] for row in answers[0].result] == [40002] * 3
        assert answers[1].content == answers[0].content


_LOSE_EVERY_STAMP = {
    "sqlite": ["CREATE TRIGGER lose BEFORE INSERT ON stamp BEGIN SELECT RAISE(IGNORE); END"],
    "postgresql": [
        "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        "CREATE TRIGGER lose BEFORE INSERT ON stamp FOR EACH ROW EXECUTE FUNCTION lose()",
    ],
}


def test_what_will_pass_is_not_kept_as_the_answer_to_a_key(own_shop: Shop, dialect: str) -> None:
    """As long as a row cannot go in, for no fault of its own, nothing is stored, and the same key serves again."""
    for statement in _LOSE_EVERY_STAMP[dialect]:
        own_shop.data.run(statement)
    body, headers = {"stamps": [least(), least(cardIdx=1), least()]}, {"Idempotency-Key": "later"}

    def send() -> Answer:
        return own_shop.request("POST", BULK, by=own_shop.alice, body=body, headers=headers)

    answer = send()
    assert (answer.status, answer.json["code"]) == (503, 50301)
    assert own_shop.data.count("idempotency") == own_shop.data.count("stamp") == 0
    own_shop.data.run("DROP TRIGGER lose" + (" ON stamp" if dialect == "postgresql" else ""))
    assert [row.get("code") for row in send().result][1] == 40402
    assert own_shop.data.stored() == {"stamp": 2, "stamp_event": 2, "told": 2}
