"""What refusals say so that somebody can act on them: what nobody sees, numbers in quotes, and one of a thing."""

from typing import Any

import pytest

from kit.dashboard_client import DashboardClient
from kit.refusals import refusal, wrong_fields
from kit.shop import CREATE, Shop, least
from kit.stamps import ask, issue, make_card

pytestmark = pytest.mark.one_database

LIST, UPDATE = "/api/stamp/v1/list", "/api/stamp/v1/update"
NO_BREAK = "has a no-break space (U+00A0) at the end: remove it"


class TestWhatNobodySees:
    @pytest.mark.parametrize(
        ("field", "value", "problem"),
        [
            ("strtYmd", "2026-01-01\xa0", NO_BREAK),
            ("strtYmd", " 2026-01-01", "has a space (U+0020) at the start: remove it"),
            ("strtYmd", "2026-01\u2011-01\u200b", "has a zero-width space (U+200B) at the end: remove it"),
            ("endYmd", "2026-\u200b12-31", "has a zero-width space (U+200B) inside: remove it"),
            ("activeYn", "Y\t", "has a tab (U+0009) at the end: remove it"),
            ("activeYn", "N ", "has a space (U+0020) at the end: remove it"),
            ("userEml", "kim@shop.example\u200b", "has a zero-width space (U+200B) at the end: remove it"),
            ("userEml", "kim@\u3000shop.example", "has a full-width space (U+3000) inside: remove it"),
            ("domain", "https://vvd.bz\u200e", "has a direction mark (U+200E) at the end: remove it"),
            ("domain", "\ufeffhttps://vvd.bz", "has a byte order mark (U+FEFF) at the start: remove it"),
            ("userNm", "Kim\tMin", "has a tab (U+0009) inside: remove it"),
            ("userId", "kim\r\n", "has a line end (U+000D) at the end: remove it"),
        ],
        ids=ascii,
    )
    def test_in_a_body(self, shop: Shop, field: str, value: str, problem: str) -> None:
        answer = shop.refused(shop.alice, least(**{field: value}))
        assert (answer.status, answer.json) == (400, wrong_fields((field, problem)))

    def test_what_has_another_fault_says_that(self, shop: Shop) -> None:
        answer = shop.refused(shop.alice, least(strtYmd="2026-13-01", activeYn="y", userEml="kim"))
        problems = [row["message"] for row in answer.json["errors"]]
        assert problems == [
            "must be a real calendar day written YYYY-MM-DD, such as 2025-12-31",
            "must be one of 'Y' or 'N'",
            "must have the form of an e-mail address, such as name@example.com",
        ]

    def test_texts_keep_it(self, shop: Shop) -> None:
        """A name may have any blank: nothing is wrong with it, so nothing is said."""
        name = "Kim\u3000Min\xa0ji\u200b"
        stamp = shop.create(shop.alice, least(userNm=name)).result
        assert shop.data.stamp(stamp)["user_name"] == name

    @pytest.mark.parametrize(
        ("name", "value", "problem"),
        [
            ("cardIdx", "123\xa0", NO_BREAK),
            ("limit", "1 ", "has a space (U+0020) at the end: remove it"),
            ("useYn", "Y\n", "has a line end (U+000A) at the end: remove it"),
            ("regStrtYmd", "2026-01-01\u200b", "has a zero-width space (U+200B) at the end: remove it"),
        ],
        ids=ascii,
    )
    def test_in_a_query(self, shop: Shop, name: str, value: str, problem: str) -> None:
        answer = shop.get(LIST, shop.alice, **{name: value})
        assert (answer.status, answer.json) == (400, wrong_fields((name, problem)))

    def test_in_a_name(self, shop: Shop) -> None:
        answer = shop.refused(shop.alice, least(**{"userNm\u200b": "Kim"}))
        problem = "unknown field; its name has a zero-width space (U+200B) at the end: remove it"
        assert answer.json == wrong_fields(("userNm\u200b", problem))
        answer = shop.get(LIST, shop.alice, **{" userId": "kim"})
        problem = "unknown query parameter; its name has a space (U+0020) at the start: remove it"
        assert answer.json == wrong_fields((" userId", problem))

    def test_in_a_key(self, shop: Shop) -> None:
        header = f"APIKey {shop.alice.key}\xa0".encode()
        answer = shop.request("POST", CREATE, body=least(), headers={"Authorization": header})
        sentence = "This endpoint needs an API key. Send the header: Authorization: APIKey sk_live_…"
        assert (answer.status, answer.json) == (401, refusal(40101, f"{sentence} (the one that was sent {NO_BREAK})"))
        answer = shop.request("POST", CREATE, body=least(), headers={"Authorization": "Bearer x"})
        assert answer.json == refusal(40101, sentence)

    def test_in_an_idempotency_key(self, shop: Shop) -> None:
        answer = shop.create(shop.alice, least(), headers={"Idempotency-Key": "one\u200b".encode()})
        problem = "has a zero-width space (U+200B) at the end: remove it"
        assert answer.json == wrong_fields(("Idempotency-Key", problem))

    def test_of_a_card(self, shop: Shop) -> None:
        body = {"cardNm": "Tea\n", "maxStamps": 5, "url": "https://shop.example/menu\xa0"}
        answer = shop.request("POST", "/api/card/v1/create", by=shop.alice, body=body)
        line_end = "has a line end (U+000A) at the end: remove it"
        assert answer.json == wrong_fields(("cardNm", line_end), ("url", NO_BREAK))

    def test_in_the_dashboard(self, shop: Shop) -> None:
        dashboard: DashboardClient = shop.dashboard()
        page = dashboard.submit(dashboard.get("/dashboard/domains"), "/dashboard/domains", domain="stamps.\u200bexample.com")
        assert "This has something invisible in it (a zero-width space). Remove it." in page.text
        page = dashboard.submit(dashboard.get("/dashboard/profile"), "/dashboard/profile/name", name="Kim\u3000Min")
        assert "This has something invisible in it (a full-width space). Remove it." in page.text


class TestNumbersInQuotes:
    @pytest.mark.parametrize(("value", "number"), [("123", "123"), ("-5", "-5"), (" 123\xa0", "123"), ('"7"', "7")], ids=ascii)
    def test_in_a_body(self, shop: Shop, value: str, number: str) -> None:
        answer = shop.refused(shop.alice, least(cardIdx=value))
        assert answer.json == wrong_fields(("cardIdx", f"must be an integer: send {number} without quotes"))

    def test_wherever_an_integer_is_asked_for(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop))
        said: list[Any] = [ask(shop, "update", stamp, stamps="3"), ask(shop, "add", stamp, count="2")]
        said.append(shop.request("POST", "/api/card/v1/create", by=shop.alice, body={"cardNm": "Tea", "maxStamps": "10"}))
        assert [answer.json["errors"][0]["message"] for answer in said] == [
            f"must be an integer: send {number} without quotes" for number in (3, 2, 10)
        ]

    @pytest.mark.parametrize("value", ["ten", "1.0", "1e3", "\uff11\uff12", "", "9" * 20])
    def test_what_is_no_number_is_not_taken_for_one(self, shop: Shop, value: str) -> None:
        answer = shop.refused(shop.alice, least(cardIdx=value))
        problem = "must be an integer, such as 123, without quotes or a decimal point"
        assert answer.json == wrong_fields(("cardIdx", problem))

    def test_in_a_query(self, shop: Shop) -> None:
        answer = shop.get(LIST, shop.alice, cardIdx='"123"', limit="'5'")
        assert answer.json == wrong_fields(
            ("cardIdx", "must be an integer: send 123 without quotes"), ("limit", "must be an integer: send 5 without quotes")
        )


class TestOneOfAThing:
    def test_a_mark(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=1))
        assert ask(shop, "redeem", stamp).json["message"].startswith("The stamp has 0 of 1 mark. ")
        assert ask(shop, "add", stamp).result is None
        sentence = "The stamp has 1 mark, so 2 cannot be removed."
        assert ask(shop, "remove", stamp, count=2).json == refusal(40906, sentence)
        capped = issue(shop, make_card(shop, dailyMax=1), marks=0)
        assert ask(shop, "add", capped).result is None
        assert ask(shop, "add", capped).json["message"].startswith("This stamp takes 1 mark a day and has 1 of today: ")

    def test_more_of_them(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=3), marks=2)
        assert ask(shop, "remove", stamp, count=3).json["message"] == "The stamp has 2 marks, so 3 cannot be removed."
        assert ask(shop, "redeem", stamp).json["message"].startswith("The stamp has 2 of 3 marks. ")

    def test_a_character(self, shop: Shop) -> None:
        answer = shop.request("POST", "/api/card/v1/create", by=shop.alice, body={"cardNm": "", "maxStamps": 5})
        assert answer.json == wrong_fields(("cardNm", "must have at least 1 character"))

    def test_on_the_pages(self, shop: Shop) -> None:
        person = shop.open_account(name="Tea & Co")
        dashboard = shop.dashboard(person)
        stamp = issue(shop, make_card(shop, by=person, maxStamps=1), by=person)
        assert "0 of 1 stamp" in dashboard.get(f"/dashboard/stamps/{stamp}").text
        assert "Delete 1 card" in dashboard.get("/dashboard/stamps/bulk", act="delete").text
        issue(shop, person.card_id, by=person)
        assert "Delete 2 cards" in dashboard.get("/dashboard/stamps/bulk", act="delete").text
