"""`PUT /api/card/v1/update`: what is sent changes, what is left out stays, and stamps keep what they were issued with."""

import pytest

from kit.refusals import has_blank, refusal, without_quotes, wrong_fields
from kit.shop import Answer, Shop, least

UPDATE, GET = "/api/card/v1/update", "/api/card/v1/get"
BEFORE: dict[str, object] = {
    "cardNm": "Coffee card",
    "cardTtl": "Ten coffees, one free",
    "maxStamps": 10,
    "rewardTtl": "A coffee",
    "url": "https://beans.example/menu",
    "stampImgUrl": "https://beans.example/bean.png",
    "onsiteYn": "Y",
    "onsitePwd": "green-beans",
    "cooldownSec": 60,
    "dailyMax": 4,
    "renewYn": "Y",
    "activeYn": "Y",
    "carryYn": "Y",
    "rewards": [{"stamps": 4, "rewardTtl": "A biscuit"}],
}
CHANGES: dict[str, object] = {
    "cardNm": "Tea card",
    "cardTtl": "차 열 잔",
    "maxStamps": 5,
    "rewardTtl": "A tea",
    "url": "https://tea.example",
    "stampImgUrl": "https://tea.example/leaf.png",
    "onsiteYn": "N",
    "cooldownSec": 0,
    "dailyMax": 0,
    "renewYn": "N",
    "activeYn": "N",
    "carryYn": "N",
    "rewards": [{"stamps": 2, "rewardTtl": "A sweet"}],
}


@pytest.fixture
def card(shop: Shop) -> int:
    number: int = shop.request("POST", "/api/card/v1/create", by=shop.alice, body=BEFORE).result
    return number


def _update(shop: Shop, card: int, **fields: object) -> Answer:
    return shop.put(UPDATE, shop.alice, cardIdx=card, **fields)


def _get(shop: Shop, card: int) -> dict[str, object]:
    found: dict[str, object] = shop.get(GET, shop.alice, cardIdx=card).result
    return found


def _hash(shop: Shop, card: int) -> str | None:
    found: str | None = shop.data.rows("SELECT onsite_hash FROM card WHERE card_id = :card", card=card)[0]["onsite_hash"]
    return found


class TestFields:
    @pytest.mark.parametrize("field", CHANGES)
    def test_one_changes_and_the_others_stay(self, shop: Shop, card: int, field: str) -> None:
        before = _get(shop, card)
        assert _update(shop, card, **{field: CHANGES[field]}).result is None
        assert _get(shop, card) == {**before, field: CHANGES[field]}

    def test_all_of_them(self, shop: Shop, card: int) -> None:
        before = _get(shop, card)
        assert _update(shop, card, **CHANGES).result is None
        assert _get(shop, card) == {**before, **CHANGES}

    def test_none_of_them(self, shop: Shop, card: int) -> None:
        before = shop.data.contents()
        assert _update(shop, card).result is None
        assert _update(shop, card, **dict.fromkeys([*CHANGES, "onsitePwd"])).result is None
        assert shop.data.contents() == before

    def test_an_empty_text_clears(self, shop: Shop, card: int) -> None:
        texts = ["cardTtl", "rewardTtl", "url", "stampImgUrl"]
        assert _update(shop, card, **dict.fromkeys(texts, "")).result is None
        assert [_get(shop, card)[name] for name in texts] == [""] * 4

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("field", "value", "problem"),
        [
            ("cardNm", "", "must have at least 1 character"),
            ("cardNm", "n" * 101, "must have at most 100 characters"),
            ("maxStamps", 0, "must be at least 1"),
            ("maxStamps", 101, "must be at most 100"),
            ("maxStamps", "5", without_quotes(5)),
            ("url", "http://tea.example", "must be a URL that begins with https:// and names a host"),
            ("onsiteYn", "", "must be one of 'Y' or 'N'"),
            ("activeYn", "n", "must be one of 'Y' or 'N'"),
            ("cooldownSec", -1, "must be at least 0"),
            ("dailyMax", 1.0, "must be an integer, such as 123, without quotes or a decimal point"),
            ("onsitePwd", "x" * 33, "must have at most 32 characters"),
            ("archivedYn", "N", "unknown field; the documentation lists the known ones"),
        ],
        ids=lambda part: str(part)[:20],
    )
    def test_a_wrong_one_changes_nothing(self, shop: Shop, card: int, field: str, value: object, problem: str) -> None:
        before = shop.data.contents()
        answer = _update(shop, card, **{"rewardTtl": "Changed", field: value})
        assert answer.status == 400
        (row,) = answer.json["errors"]
        assert row["field"] == field
        assert row["message"] == problem or row["message"].startswith("unknown field")
        assert shop.data.contents() == before

    @pytest.mark.one_database
    def test_the_card_must_be_named(self, shop: Shop) -> None:
        assert shop.put(UPDATE, shop.alice, cardNm="x").json == wrong_fields(("cardIdx", "required"))

    @pytest.mark.parametrize("number", [999_999, 0, -1, 2**63 - 1])
    def test_a_card_that_is_not_there(self, shop: Shop, number: int) -> None:
        message = f"cardIdx: this account has no card {number}. Its cards and their Card IDX are listed by: stampwell card list"
        answer = _update(shop, number, cardNm="x")
        assert (answer.status, answer.json) == (404, refusal(40402, message))

    def test_another_accounts(self, shop: Shop, card: int) -> None:
        before = shop.data.contents()
        assert shop.put(UPDATE, shop.charlie, cardIdx=card, cardNm="Mine").json["code"] == 40402
        assert shop.data.contents() == before


class TestThePassword:
    def test_a_new_one_replaces_the_old(self, shop: Shop, card: int) -> None:
        before = _hash(shop, card)
        assert _update(shop, card, onsitePwd="other-beans").result is None
        after = _hash(shop, card)
        assert after != before
        assert (after or "").startswith("$argon2id$")

    def test_stays_while_the_card_is_not_on_site(self, shop: Shop, card: int) -> None:
        before = _hash(shop, card)
        for flag in ("N", "Y"):
            assert _update(shop, card, onsiteYn=flag).result is None
        assert _hash(shop, card) == before

    def test_cannot_be_cleared_on_site(self, shop: Shop, card: int) -> None:
        before = shop.data.contents()
        assert _update(shop, card, onsitePwd="").json == wrong_fields(("onsitePwd", "required, because onsiteYn is Y"))
        assert shop.data.contents() == before

    def test_is_cleared_with_the_flag(self, shop: Shop, card: int) -> None:
        assert _update(shop, card, onsiteYn="N", onsitePwd="").result is None
        assert _hash(shop, card) is None
        assert _update(shop, card, onsiteYn="Y").json == wrong_fields(("onsitePwd", "required, because onsiteYn is Y"))
        assert _update(shop, card, onsiteYn="Y", onsitePwd="beans again").result is None

    @pytest.mark.one_database
    @pytest.mark.parametrize("short", ["a", "abc"])
    def test_is_no_shorter_than_four(self, shop: Shop, card: int, short: str) -> None:
        before = _hash(shop, card)
        answer = _update(shop, card, onsitePwd=short)
        assert answer.json == wrong_fields(("onsitePwd", "must have at least 4 characters"))
        assert _hash(shop, card) == before

    @pytest.mark.one_database
    def test_has_no_control_characters(self, shop: Shop, card: int) -> None:
        answer = _update(shop, card, onsitePwd="ab\ncd")
        assert answer.json == wrong_fields(("onsitePwd", has_blank("\n", where="inside")))


class TestStampsThatAreOut:
    def test_keep_goal_and_reward(self, shop: Shop, card: int) -> None:
        old = shop.create(shop.alice, least(cardIdx=card)).result
        _update(shop, card, maxStamps=5, rewardTtl="A tea", cooldownSec=0, dailyMax=0)
        new = shop.create(shop.alice, least(cardIdx=card)).result
        rules = ("max_stamps", "reward_title", "cooldown_s", "daily_max")
        assert [shop.data.stamp(old)[name] for name in rules] == [10, "A coffee", 60, 4]
        assert [shop.data.stamp(new)[name] for name in rules] == [5, "A tea", 0, 0]

    def test_show_the_card_as_it_is_today(self, shop: Shop, card: int) -> None:
        stamp = shop.create(shop.alice, least(cardIdx=card)).result
        _update(shop, card, **CHANGES)
        shown = shop.get("/api/stamp/v1/get", shop.alice, stampIdx=stamp).result
        of_the_card = ["cardNm", "cardTtl", "url", "stampImgUrl", "onsiteYn"]
        assert {name: shown[name] for name in of_the_card} == {name: CHANGES[name] for name in of_the_card}
        assert (shown["maxStamps"], shown["onsitePwd"]) == (10, None)

    def test_go_on_when_it_is_switched_off(self, shop: Shop, card: int) -> None:
        stamp = shop.create(shop.alice, least(cardIdx=card)).result
        _update(shop, card, activeYn="N")
        assert shop.create(shop.alice, least(cardIdx=card)).json["code"] == 40909
        assert shop.put("/api/stamp/v1/add", shop.alice, stampIdx=stamp).result is None
        _update(shop, card, activeYn="Y")
        assert shop.create(shop.alice, least(cardIdx=card)).status == 200
