"""`POST /api/stamp/v1/create`: every field's type and limits, and every wrong field at once."""

from typing import Any

import pytest

from kit.refusals import has_blank, without_quotes, wrong_fields
from kit.shop import Shop, least

NOT_AN_INTEGER = "must be an integer, such as 123, without quotes or a decimal point"
NOT_A_STRING = "must be a string in double quotes"
NOT_A_DATE = "must be a date as a string, such as 2025-12-31"
NO_REAL_DAY = "must be a real calendar day written YYYY-MM-DD, such as 2025-12-31"
NOT_Y_OR_N = "must be one of 'Y' or 'N'"
CONTROL = "must not contain control characters"
NO_EMAIL = "must have the form of an e-mail address, such as name@example.com"
NO_ORIGIN = "must be an origin such as https://stamps.example.com, without a path"
UNKNOWN = "unknown field; the documentation lists the known ones"

COLUMNS = {
    "memo": "memo",
    "userId": "user_id",
    "userNm": "user_name",
    "userPhnno": "user_phone",
    "userEtc1": "user_etc1",
    "userEtc2": "user_etc2",
}
LIMITS = {"memo": 1000, "userId": 100, "userNm": 100, "userPhnno": 30, "userEtc1": 255, "userEtc2": 255}

# One character each, of one to eight bytes in UTF-8 or UTF-16: lengths count characters.
CHARACTERS = {"ASCII": "x", "Latin": "é", "Hangul": "한", "emoji": "🍵", "NEL's neighbour": "\xa0"}

# Every other Unicode text is kept as it is.
KEPT = [
    "Zoë O'Neill <b>&amp;</b>",
    " leading and trailing ",
    "مرحبا",
    "👩‍👩‍👧‍👦",
    "e\u0301",
    "\u200b\u202e\ufeff",
    "line\u2028separator",
    "\U0010ffff\uffff",
    "'; DROP TABLE stamp; --",
    '%s %(name)s :name ? $1 {0} \\ \\u0041 "',
]

WRONG_TYPES: dict[str, tuple[str, list[Any]]] = {
    "cardIdx": (NOT_AN_INTEGER, ["12.3", "", True, False, 1.0, 123.5, 1e2, [], {}, [123]]),
    "domain": (NOT_A_STRING, [1, True, [], {}]),
    "strtYmd": (NOT_A_DATE, [20250101, True, 1.5, [], {}]),
    "endYmd": (NOT_A_DATE, [20250101, True, 1.5, [], {}]),
    "activeYn": (NOT_Y_OR_N, ["y", "n", "YES", "true", True, False, 1, 0, [], {}]),
    **{name: (NOT_A_STRING, [1, 1.5, True, [], {}, ["x"]]) for name in LIMITS},
    "userEml": (NOT_A_STRING, [1, True, [], {}]),
}


@pytest.mark.one_database
class TestTypes:
    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [(field, value, message) for field, (message, values) in WRONG_TYPES.items() for value in values],
    )
    def test_types_are_strict(self, shop: Shop, field: str, value: object, message: str) -> None:
        answer = shop.refused(shop.alice, least(**{field: value}))
        assert (answer.status, answer.json) == (400, wrong_fields((field, message)))

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            (2**63, "must be at most 9223372036854775807"),
            (10**30, "must be at most 9223372036854775807"),
            (-(2**63) - 1, "must be at least -9223372036854775808"),
            (-(10**30), "must be at least -9223372036854775808"),
        ],
    )
    def test_integers_beyond_the_database(self, shop: Shop, value: int, message: str) -> None:
        answer = shop.refused(shop.alice, least(cardIdx=value))
        assert (answer.status, answer.json) == (400, wrong_fields(("cardIdx", message)))


@pytest.mark.one_database
class TestRequired:
    @pytest.mark.parametrize("field", ["cardIdx", "strtYmd", "endYmd"])
    def test_absent_and_null_alike(self, shop: Shop, field: str) -> None:
        absent = {name: value for name, value in least().items() if name != field}
        for body in (absent, least(**{field: None})):
            answer = shop.refused(shop.alice, body)
            assert (answer.status, answer.json) == (400, wrong_fields((field, "required")))

    @pytest.mark.parametrize("field", ["strtYmd", "endYmd"])
    def test_an_empty_date_is_no_date(self, shop: Shop, field: str) -> None:
        answer = shop.refused(shop.alice, least(**{field: ""}))
        assert (answer.status, answer.json) == (400, wrong_fields((field, NO_REAL_DAY)))


class TestTexts:
    @pytest.mark.parametrize("character", CHARACTERS.values(), ids=CHARACTERS)
    @pytest.mark.parametrize("field", LIMITS)
    def test_the_longest_is_kept_whole(self, shop: Shop, field: str, character: str) -> None:
        text = character * LIMITS[field]
        assert shop.data.stamp(shop.create(shop.alice, least(**{field: text})).result)[COLUMNS[field]] == text

    @pytest.mark.one_database
    @pytest.mark.parametrize("character", CHARACTERS.values(), ids=CHARACTERS)
    @pytest.mark.parametrize("field", LIMITS)
    def test_one_more_is_refused(self, shop: Shop, field: str, character: str) -> None:
        answer = shop.refused(shop.alice, least(**{field: character * (LIMITS[field] + 1)}))
        expected = wrong_fields((field, f"must have at most {LIMITS[field]} characters"))
        assert (answer.status, answer.json) == (400, expected)

    @pytest.mark.parametrize("text", KEPT, ids=ascii)
    def test_any_other_text_is_kept_as_it_is(self, shop: Shop, text: str) -> None:
        fields = {name: text for name in LIMITS if len(text) <= LIMITS[name]}
        stored = shop.data.stamp(shop.create(shop.alice, least(**fields)).result)
        assert {name: stored[COLUMNS[name]] for name in fields} == fields

    @pytest.mark.parametrize("field", LIMITS)
    def test_control_characters(self, shop: Shop, field: str) -> None:
        """C0, DEL and C1; only a memo may have lines and tabs (see test_line_ends.py)."""
        for number in [*range(0x20), *range(0x7F, 0xA0)]:
            body = least(**{field: f"a{chr(number)}b"})
            if field == "memo" and chr(number) in "\n\r\t":
                kept = str(body["memo"]).replace("\r", "\n")
                assert shop.data.stamp(shop.create(shop.alice, body).result)["memo"] == kept
                continue
            answer = shop.create(shop.alice, body)
            problem = has_blank(chr(number), where="inside") if chr(number) in "\t\n\r\x0b\x0c\x85" else CONTROL
            assert (answer.status, answer.json) == (400, wrong_fields((field, problem))), number

    @pytest.mark.parametrize("field", [name for name in LIMITS if name != "memo"])
    def test_a_newline_at_the_end(self, shop: Shop, field: str) -> None:
        answer = shop.refused(shop.alice, least(**{field: "text\n"}))
        assert (answer.status, answer.json) == (400, wrong_fields((field, has_blank("\n"))))

    @pytest.mark.parametrize(
        ("typed", "digits"),
        [
            ("+82 10-1234-5678", "821012345678"),
            ("(02) 123 4567 ext. 8", "021234567"),
            ("٠١٢٣", "0123"),
            ("call me", None),
        ],
    )
    def test_a_phone_number_is_kept_as_typed_with_its_digits(self, shop: Shop, typed: str, digits: str | None) -> None:
        stored = shop.data.stamp(shop.create(shop.alice, least(userPhnno=typed)).result)
        assert (stored["user_phone"], stored["user_phone_digits"]) == (typed, digits)


class TestEmails:
    @pytest.mark.parametrize(
        "address",
        [
            "a@b.co",
            "First.Last+tag@sub.example.com",
            "o'brien@example.com",
            "用户@例え.jp",
            f"{'l' * 64}@{'d' * 60}.{'d' * 60}.{'d' * 60}.com",
        ],
    )
    def test_addresses(self, shop: Shop, address: str) -> None:
        stored = shop.data.stamp(shop.create(shop.alice, least(userEml=address)).result)
        assert stored["user_email"] == address

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        "text",
        [
            "x",
            "@example.com",
            "name@",
            "name@localhost",
            "two@at@example.com",
            "name@example..com",
            ".name@example.com",
            "name@-example.com",
            "na me@example.com",
            "Name <name@example.com>",
            "name@example.com.",
        ],
    )
    def test_what_is_none(self, shop: Shop, text: str) -> None:
        answer = shop.refused(shop.alice, least(userEml=text))
        assert (answer.status, answer.json) == (400, wrong_fields(("userEml", NO_EMAIL)))

    @pytest.mark.one_database
    def test_too_long(self, shop: Shop) -> None:
        answer = shop.refused(shop.alice, least(userEml=f"{'x' * 243}@example.com"))
        assert (answer.status, answer.json) == (400, wrong_fields(("userEml", "must have at most 254 characters")))

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("name@example.com\n", has_blank("\n")),
            ("na\0me@example.com", CONTROL),
            ("name@exam\x85ple.com", has_blank("\x85", where="inside")),
        ],
        ids=ascii,
    )
    def test_control_characters(self, shop: Shop, text: str, problem: str) -> None:
        answer = shop.refused(shop.alice, least(userEml=text))
        assert (answer.status, answer.json) == (400, wrong_fields(("userEml", problem)))


@pytest.mark.one_database
class TestUnknownFields:
    @pytest.mark.parametrize(
        ("field", "near"),
        [
            ("userName", "userNm"),
            ("card_idx", "cardIdx"),
            ("cardidx", "cardIdx"),
            ("CARDIDX", "cardIdx"),
            ("startYmd", "strtYmd"),
            ("endDate", "endYmd"),
            ("userEmail", "userEml"),
            ("userPhone", "userPhnno"),
            ("active", "activeYn"),
            ("userEtc3", "userEtc2"),
        ],
    )
    def test_the_nearest_known_one_is_named(self, shop: Shop, field: str, near: str) -> None:
        answer = shop.refused(shop.alice, least(**{field: "x"}))
        expected = wrong_fields((field, f"unknown field; did you mean {near}?"))
        assert (answer.status, answer.json) == (400, expected)

    @pytest.mark.parametrize("field", ["zzzzzz", "x" * 500, "필드", "__proto__", "self"])
    def test_none_is_near(self, shop: Shop, field: str) -> None:
        answer = shop.refused(shop.alice, least(**{field: 1}))
        assert (answer.status, answer.json) == (400, wrong_fields((field, UNKNOWN)))

    @pytest.mark.parametrize("value", [None, "", [], {}])
    def test_nothing_is_dropped_in_silence(self, shop: Shop, value: object) -> None:
        answer = shop.refused(shop.alice, least(zzzzzz=value))
        assert (answer.status, answer.json) == (400, wrong_fields(("zzzzzz", UNKNOWN)))

    def test_an_empty_name(self, shop: Shop) -> None:
        answer = shop.refused(shop.alice, {**least(), "": 1})
        assert (answer.status, answer.json) == (400, wrong_fields(("", UNKNOWN)))

    def test_a_thousand_of_them(self, shop: Shop) -> None:
        names = [f"field{n}x" for n in range(1000)]
        answer = shop.refused(shop.alice, least(**dict.fromkeys(names, 1)))
        assert (answer.status, [row["field"] for row in answer.json["errors"]]) == (400, names)


@pytest.mark.one_database
class TestAllAtOnce:
    def test_every_wrong_field_in_the_order_of_the_documentation(self, shop: Shop) -> None:
        answer = shop.refused(
            shop.alice,
            {
                "userEtc2": "\0",
                "userEtc1": "x" * 256,
                "userEml": "nobody",
                "userPhnno": "1" * 31,
                "userNm": 3,
                "userId": "a\nb",
                "memo": "x" * 1001,
                "activeYn": "maybe",
                "endYmd": "31.12.2025",
                "strtYmd": "2025-02-30",
                "domain": "vvd.bz",
                "cardIdx": "123",
                "userName": "Brown",
                "color": "red",
            },
        )
        assert (answer.status, answer.json) == (
            400,
            wrong_fields(
                ("cardIdx", without_quotes(123)),
                ("domain", NO_ORIGIN),
                ("strtYmd", NO_REAL_DAY),
                ("endYmd", NO_REAL_DAY),
                ("activeYn", NOT_Y_OR_N),
                ("memo", "must have at most 1000 characters"),
                ("userId", has_blank("\n", where="inside")),
                ("userNm", NOT_A_STRING),
                ("userPhnno", "must have at most 30 characters"),
                ("userEml", NO_EMAIL),
                ("userEtc1", "must have at most 255 characters"),
                ("userEtc2", CONTROL),
                ("userName", "unknown field; did you mean userNm?"),
                ("color", UNKNOWN),
            ),
        )

    def test_nothing_at_all(self, shop: Shop) -> None:
        answer = shop.refused(shop.alice, {})
        expected = wrong_fields(("cardIdx", "required"), ("strtYmd", "required"), ("endYmd", "required"))
        assert (answer.status, answer.json) == (400, expected)
