"""`POST /api/card/v1/create`: a new card, strict in every field."""

import pytest

from kit.refusals import has_blank, without_quotes, wrong_fields
from kit.shop import Answer, Shop, least

CREATE, GET = "/api/card/v1/create", "/api/card/v1/get"
LEAST: dict[str, object] = {"cardNm": "Coffee card", "maxStamps": 10}
EVERYTHING: dict[str, object] = {
    "cardNm": "커피 카드",
    "cardTtl": "Ten coffees, one free",
    "maxStamps": 12,
    "rewardTtl": "A coffee of your choice",
    "url": "https://beans.example/menu?from=card#top",
    "stampImgUrl": "https://beans.example/bean.png",
    "onsiteYn": "Y",
    "onsitePwd": "green-beans-42",
    "cooldownSec": 60,
    "dailyMax": 4,
    "renewYn": "Y",
    "activeYn": "N",
    "carryYn": "Y",
    "rewards": [{"stamps": 3, "rewardTtl": "A cookie"}, {"stamps": 11, "rewardTtl": "케이크"}],
}


def _create(shop: Shop, **fields: object) -> Answer:
    return shop.request("POST", CREATE, by=shop.alice, body={**LEAST, **fields})


class TestACard:
    def test_has_every_field_that_was_sent_but_the_password(self, shop: Shop) -> None:
        number = _create(shop, **EVERYTHING).result
        assert type(number) is int
        assert shop.get(GET, shop.alice, cardIdx=number).result == {
            "cardIdx": number,
            **EVERYTHING,
            "onsitePwd": None,
            "archivedYn": "N",
            "regYmdt": "2026-03-02 18:00:00",
            "locationIdxs": [],
        }

    def test_of_the_least_has_the_rest_by_default(self, shop: Shop) -> None:
        number = _create(shop).result
        assert shop.get(GET, shop.alice, cardIdx=number).result == {
            "cardIdx": number,
            "cardNm": "Coffee card",
            "cardTtl": "",
            "maxStamps": 10,
            "rewardTtl": "",
            "url": "",
            "stampImgUrl": "",
            "onsiteYn": "N",
            "onsitePwd": None,
            "cooldownSec": 0,
            "dailyMax": 0,
            "renewYn": "N",
            "activeYn": "Y",
            "archivedYn": "N",
            "regYmdt": "2026-03-02 18:00:00",
            "carryYn": "N",
            "rewards": [],
            "locationIdxs": [],
        }

    @pytest.mark.parametrize("nothing", ["", None], ids=["empty", "null"])
    def test_empty_and_null_mean_left_out(self, shop: Shop, nothing: str | None) -> None:
        texts = ["cardTtl", "rewardTtl", "url", "stampImgUrl", "onsiteYn", "onsitePwd", "renewYn", "activeYn", "carryYn"]
        card = shop.get(GET, shop.alice, cardIdx=_create(shop, **dict.fromkeys(texts, nothing)).result).result
        assert (card["cardTtl"], card["url"], card["onsiteYn"], card["renewYn"], card["activeYn"]) == ("", "", "N", "N", "Y")

    def test_takes_stamps_at_once(self, shop: Shop) -> None:
        stamp = shop.data.stamp(
            shop.create(shop.alice, least(cardIdx=_create(shop, maxStamps=7, rewardTtl="Tea").result)).result
        )
        assert (stamp["max_stamps"], stamp["reward_title"]) == (7, "Tea")

    def test_that_is_off_takes_none(self, shop: Shop) -> None:
        answer = shop.create(shop.alice, least(cardIdx=_create(shop, activeYn="N").result))
        assert (answer.status, answer.json["code"]) == (409, 40909)

    def test_is_its_accounts_alone(self, shop: Shop) -> None:
        number = _create(shop).result
        assert shop.get(GET, shop.charlie, cardIdx=number).json["code"] == 40402
        assert shop.data.rows("SELECT account_id FROM card WHERE card_id = :n", n=number) == [
            {"account_id": shop.alice.account_id}
        ]

    @pytest.mark.parametrize(
        "fields",
        [
            {"cardNm": "n" * 100, "cardTtl": "t" * 200, "rewardTtl": "r" * 200},
            {"maxStamps": 1},
            {"maxStamps": 2, "rewards": [{"stamps": 1, "rewardTtl": "r" * 200}]},
            {"maxStamps": 100, "rewards": [{"stamps": stamps, "rewardTtl": "r"} for stamps in range(99, 89, -1)]},
            {"rewards": []},
            {"maxStamps": 100},
            {"cooldownSec": 31_622_400, "dailyMax": 100},
            {"onsitePwd": "4444"},
            {"onsitePwd": "비밀번호" * 8, "onsiteYn": "Y"},
        ],
        ids=str,
    )
    def test_at_the_bounds(self, shop: Shop, fields: dict[str, object]) -> None:
        assert type(_create(shop, **fields).result) is int


class TestThePassword:
    def test_is_kept_as_a_hash_and_never_given_out(self, shop: Shop) -> None:
        number = _create(shop, **EVERYTHING).result
        (card,) = shop.data.rows("SELECT * FROM card WHERE card_id = :n", n=number)
        assert card["onsite_hash"].startswith("$argon2id$")
        assert "green-beans-42" not in str(card)
        for answer in (shop.get(GET, shop.alice, cardIdx=number), shop.get("/api/card/v1/list", shop.alice)):
            assert b"argon2" not in answer.content
            assert b"green-beans-42" not in answer.content

    def test_of_two_cards_has_two_hashes(self, shop: Shop) -> None:
        numbers = [_create(shop, **EVERYTHING).result for _ in range(2)]
        rows = [shop.data.rows("SELECT onsite_hash FROM card WHERE card_id = :n", n=number)[0] for number in numbers]
        assert rows[0] != rows[1]

    @pytest.mark.one_database
    @pytest.mark.parametrize("password", [{}, {"onsitePwd": ""}, {"onsitePwd": None}], ids=str)
    def test_is_needed_on_site(self, shop: Shop, password: dict[str, object]) -> None:
        before = shop.data.count("card")
        answer = _create(shop, onsiteYn="Y", **password)
        assert (answer.status, answer.json) == (400, wrong_fields(("onsitePwd", "required, because onsiteYn is Y")))
        assert shop.data.count("card") == before


_WRONG: list[tuple[str, object, str]] = [
    ("cardNm", None, "required"),
    ("cardNm", 7, "must be a string in double quotes"),
    ("cardNm", "n" * 101, "must have at most 100 characters"),
    ("cardNm", "a\nb", has_blank("\n", where="inside")),
    ("cardTtl", "t" * 201, "must have at most 200 characters"),
    ("cardTtl", "a\x00b", "must not contain control characters"),
    ("rewardTtl", "r" * 201, "must have at most 200 characters"),
    ("maxStamps", None, "required"),
    ("maxStamps", 0, "must be at least 1"),
    ("maxStamps", 101, "must be at most 100"),
    ("maxStamps", "10", without_quotes(10)),
    ("maxStamps", 10.0, "must be an integer, such as 123, without quotes or a decimal point"),
    ("maxStamps", True, "must be an integer, such as 123, without quotes or a decimal point"),
    ("maxStamps", 10**30, "must be at most 100"),
    ("url", "http://beans.example", "must be a URL that begins with https:// and names a host"),
    ("url", "javascript:alert(1)", "must be a URL that begins with https:// and names a host"),
    ("url", "https://", "must be a URL that begins with https:// and names a host"),
    ("url", f"https://b.example/{'x' * 2000}", "must have at most 2000 characters"),
    ("stampImgUrl", "//beans.example/bean.png", "must be a URL that begins with https:// and names a host"),
    ("onsiteYn", "y", "must be one of 'Y' or 'N'"),
    ("onsiteYn", True, "must be one of 'Y' or 'N'"),
    ("onsitePwd", "abc", "must have at least 4 characters"),
    ("onsitePwd", "x" * 33, "must have at most 32 characters"),
    ("onsitePwd", "ab\tcd", has_blank("\t", where="inside")),
    ("onsitePwd", 1234, "must be a string in double quotes"),
    ("cooldownSec", -1, "must be at least 0"),
    ("cooldownSec", 31_622_401, "must be at most 31622400"),
    ("cooldownSec", "60", without_quotes(60)),
    ("dailyMax", -1, "must be at least 0"),
    ("dailyMax", 101, "must be at most 100"),
    ("renewYn", "yes", "must be one of 'Y' or 'N'"),
    ("activeYn", 1, "must be one of 'Y' or 'N'"),
    ("carryYn", "yes", "must be one of 'Y' or 'N'"),
    ("rewards", {}, "must be an array"),
    ("rewards", [{"stamps": stamps, "rewardTtl": "r"} for stamps in range(1, 12)], "must have at most 10 items"),
    ("cardName", "x", "unknown field; did you mean cardNm?"),
    ("archivedYn", "Y", "unknown field; the documentation lists the known ones"),
    ("cardIdx", 7, "unknown field; the documentation lists the known ones"),
]


@pytest.mark.one_database
class TestWrongFields:
    @pytest.mark.parametrize(("field", "value", "problem"), _WRONG, ids=lambda part: str(part)[:24])
    def test_one(self, shop: Shop, field: str, value: object, problem: str) -> None:
        before = shop.data.count("card")
        answer = _create(shop, **{field: value})
        assert (answer.status, answer.json["code"]) == (400, 40002)
        (row,) = answer.json["errors"]
        assert row["field"] == field
        if not row["message"].startswith("unknown field"):
            assert row == {"field": field, "message": problem}
        assert shop.data.count("card") == before

    def test_an_empty_name(self, shop: Shop) -> None:
        assert _create(shop, cardNm="").json == wrong_fields(("cardNm", "must have at least 1 character"))

    def test_all_at_once(self, shop: Shop) -> None:
        answer = shop.request("POST", CREATE, by=shop.alice, body={"maxStamps": 0, "url": "x", "dailyMax": "1", "zzzzzz": 1})
        assert [row["field"] for row in answer.json["errors"]] == ["cardNm", "maxStamps", "url", "dailyMax", "zzzzzz"]
