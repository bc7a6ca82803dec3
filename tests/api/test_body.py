"""Bodies that are no JSON object: what is wrong, where, and what to do about it. The same on every endpoint."""

import json
import socket
import time

import pytest

from kit.refusals import refusal, wrong_fields
from kit.shop import CREATE, Answer, Shop, least

pytestmark = pytest.mark.one_database

COMMENT = " Comments are not JSON: remove the comment that starts here."
NO_NUMBER = " NaN and Infinity are not JSON numbers."
TOO_LARGE = refusal(41301, "The body is larger than 1 MiB. Send fewer or shorter values.")
MIB = 1024 * 1024

SAMPLE_WITH_ITS_COMMENT = b"""{
    "cardIdx": 123,  // You can check the IDX value on the card management page of the dashboard.
    "domain": "https://vvd.bz",
    "strtYmd": "2025-01-01",
    "endYmd": "2025-12-31"
}"""

# For each: its bytes, what is wrong, at which line and column, and a hint.
NOT_JSON = {
    "empty": (b"", "EOF while parsing a value", (1, 0), " The body is empty."),
    "blank": (b" \r\n ", "EOF while parsing a value", (2, 1), " The body is empty."),
    "cut off": (b'{"cardIdx": 123', "EOF while parsing an object", (1, 15), ""),
    "cut off in a text": (b'{"memo": "a', "EOF while parsing a string", (1, 11), ""),
    "the sample's comment": (SAMPLE_WITH_ITS_COMMENT, "key must be a string", (2, 22), COMMENT),
    "a comment first": (b"// a stamp\n{}", "expected value", (1, 1), COMMENT),
    "a comment last": (b"{}\n// a stamp", "trailing characters", (2, 1), COMMENT),
    "a comment for a value": (b'{"cardIdx": // 123\n}', "expected value", (1, 13), COMMENT),
    "a block comment": (b'{"cardIdx": 123 /* mine */}', "expected `,` or `}`", (1, 17), COMMENT),
    "NaN": (b'{"cardIdx": NaN}', "expected value", (1, 13), NO_NUMBER),
    "Infinity": (b'{"cardIdx": Infinity}', "expected value", (1, 13), NO_NUMBER),
    "-Infinity": (b'{"cardIdx": -Infinity}', "invalid number", (1, 14), NO_NUMBER),
    "a leading zero": (b'{"cardIdx": 0123}', "invalid number", (1, 14), ""),
    "a trailing comma": (b'{"cardIdx": 123,}', "trailing comma", (1, 17), ""),
    "single quotes": (b"{'cardIdx': 123}", "key must be a string", (1, 2), ""),
    "no quotes": (b"{cardIdx: 123}", "key must be a string", (1, 2), ""),
    "two values": (b"{} {}", "trailing characters", (1, 4), ""),
    "a lone high surrogate": (b'{"memo": "\\ud800"}', "unexpected end of hex escape", (1, 17), ""),
    "a lone low surrogate": (b'{"memo": "\\udc00"}', "lone leading surrogate in hex escape", (1, 16), ""),
    "a lone surrogate in a name": (b'{"\\ud800": 1}', "unexpected end of hex escape", (1, 9), ""),
    "deep arrays": (b"[" * 100_000, "recursion limit exceeded", (1, 202), ""),
    "deep objects": (b'{"a":' * 100_000, "recursion limit exceeded", (1, 1006), ""),
    "NUL in a text": (
        b'{"memo": "\x00"}',
        "control character (\\u0000-\\u001F) found while parsing a string",
        (1, 11),
        "",
    ),
    "form fields": (b"cardIdx=123&strtYmd=2025-01-01", "expected value", (1, 1), ""),
    "nothing but a word": (b"cardIdx", "expected value", (1, 1), ""),
}

NOT_UTF8 = {
    "UTF-16": ('{"cardIdx": 123}'.encode("utf-16"), "it is UTF-16"),
    "UTF-16 without a mark": ('{"cardIdx": 123}'.encode("utf-16-le"), "it is UTF-16"),
    "Latin-1": (b'{"memo": "caf\xe9"}', "byte 14, on line 1, is 0xE9, which cannot stand there"),
    "CP949": ('{"cardIdx": 123,\n"userNm": "김"}'.encode("cp949"), "byte 29, on line 2, is 0xB1, which cannot stand there"),
    "a surrogate in UTF-8": (b'{"memo": "\xed\xa0\x80"}', "byte 11, on line 1, is 0xED, which cannot stand there"),
}

NOT_AN_OBJECT = {
    "an array": b"[]",
    "a string": b'"cardIdx"',
    "a number": b"123",
    "true or false": b"true",
    "null": b" null ",
}


def _send(shop: Shop, content: bytes, **headers: str) -> Answer:
    before = shop.data.stored()
    answer = shop.request("POST", CREATE, by=shop.alice, content=content, headers=headers)
    assert answer.status >= 400, answer.content
    assert shop.data.stored() == before
    return answer


class TestNotJson:
    @pytest.mark.parametrize(("body", "problem", "place", "hint"), NOT_JSON.values(), ids=NOT_JSON)
    def test_line_column_and_what_to_do(self, shop: Shop, body: bytes, problem: str, place: tuple[int, int], hint: str) -> None:
        answer = _send(shop, body)
        message = f"The body is not JSON: {problem} (line {place[0]}, column {place[1]}).{hint}"
        assert (answer.status, answer.json) == (400, refusal(40001, message))

    @pytest.mark.parametrize(("body", "problem"), NOT_UTF8.values(), ids=NOT_UTF8)
    def test_not_utf_8(self, shop: Shop, body: bytes, problem: str) -> None:
        answer = _send(shop, body)
        expected = refusal(40001, f"The body is not UTF-8: {problem}. Encode it as UTF-8.")
        assert (answer.status, answer.json) == (400, expected)

    def test_a_byte_order_mark_harms_nothing(self, shop: Shop) -> None:
        content = b"\xef\xbb\xbf" + json.dumps(least(userNm="김")).encode()
        assert type(shop.request("POST", CREATE, by=shop.alice, content=content).result) is int

    @pytest.mark.parametrize(("found", "body"), NOT_AN_OBJECT.items(), ids=NOT_AN_OBJECT)
    def test_not_an_object(self, shop: Shop, found: str, body: bytes) -> None:
        answer = _send(shop, body)
        expected = refusal(40001, f"The body must be one JSON object, {{…}}, but it is {found}.")
        assert (answer.status, answer.json) == (400, expected)

    def test_nesting_that_is_only_deep_is_an_unknown_field(self, shop: Shop) -> None:
        nested = b"[" * 150 + b"]" * 150
        answer = _send(shop, json.dumps(least()).encode()[:-1] + b', "zzzzzz": ' + nested + b"}")
        unknown = ("zzzzzz", "unknown field; the documentation lists the known ones")
        assert (answer.status, answer.json) == (400, wrong_fields(unknown))

    def test_an_integer_of_a_thousand_digits_is_a_wrong_field(self, shop: Shop) -> None:
        answer = _send(shop, json.dumps(least()).encode().replace(b"123", b"9" * 1000))
        wrong = ("cardIdx", "must be at most 9223372036854775807")
        assert (answer.status, answer.json) == (400, wrong_fields(wrong))

    @pytest.mark.parametrize(
        ("number", "problem"),
        [
            (b"9" * 5000, "must be at most 9223372036854775807"),
            (b"-" + b"9" * 5000, "must be at least -9223372036854775808"),
            (b"1e400", "must be an integer, such as 123, without quotes or a decimal point"),
        ],
        ids=["long", "long, negative", "exponent"],
    )
    def test_a_number_of_any_size_is_a_wrong_field(self, shop: Shop, number: bytes, problem: str) -> None:
        answer = _send(shop, json.dumps(least()).encode().replace(b"123", number))
        assert (answer.status, answer.json) == (400, wrong_fields(("cardIdx", problem)))

    @pytest.mark.parametrize("order", [(b"9" * 5000, b"123"), (b"123", b"9" * 5000)], ids=["first", "last"])
    def test_an_endless_number_hides_no_second_member(self, shop: Shop, order: tuple[bytes, bytes]) -> None:
        body = b'{"cardIdx": %s, "strtYmd": "2026-01-01", "endYmd": "2026-12-31", "cardIdx": %s}' % order
        answer = _send(shop, body)
        assert (answer.status, answer.json["code"]) == (400, 40002)
        assert answer.json["errors"][0] == {"field": "cardIdx", "message": "given more than once; send it once"}

    @pytest.mark.parametrize("rest", [b", oops", b', "a": ' + b"[" * 100_000], ids=["broken", "deep"])
    def test_an_endless_number_in_what_is_no_json(self, shop: Shop, rest: bytes) -> None:
        answer = _send(shop, b'{"cardIdx": ' + b"9" * 5000 + rest)
        assert (answer.status, answer.json["code"]) == (400, 40001)

    def test_escapes_are_read(self, shop: Shop) -> None:
        body = json.dumps(least(userNm='한글 🍵 \\ " /'), ensure_ascii=True).encode()
        stamp_id = shop.request("POST", CREATE, by=shop.alice, content=body).result
        assert shop.data.stamp(stamp_id)["user_name"] == '한글 🍵 \\ " /'


class TestDuplicates:
    TWICE = "given more than once; send it once"

    def test_a_member_given_twice(self, shop: Shop) -> None:
        body = json.dumps(least()).encode()[:-1] + b', "cardIdx": 123}'
        answer = _send(shop, body)
        assert (answer.status, answer.json) == (400, wrong_fields(("cardIdx", self.TWICE)))

    def test_beside_other_wrong_fields(self, shop: Shop) -> None:
        answer = _send(shop, b'{"memo": "a", "memo": "b", "userId": 1, "userId": 2, "cardIdx": 123, "strtYmd": "x"}')
        expected = wrong_fields(
            ("memo", self.TWICE),
            ("userId", self.TWICE),
            ("strtYmd", "must be a real calendar day written YYYY-MM-DD, such as 2025-12-31"),
            ("endYmd", "required"),
            ("userId", "must be a string in double quotes"),
        )
        assert (answer.status, answer.json) == (400, expected)

    def test_spelt_differently_it_is_the_same(self, shop: Shop) -> None:
        body = json.dumps(least(memo="a")).encode()[:-1] + b', "m\\u0065mo": "b"}'
        answer = _send(shop, body)
        assert (answer.status, answer.json) == (400, wrong_fields(("memo", self.TWICE)))


class TestContentType:
    @pytest.mark.parametrize(
        "content_type",
        [
            "application/json",
            "application/json; charset=utf-8",
            "application/json;charset=UTF-8",
            'Application/JSON; charset="utf-8"',
            "application/json;",
        ],
    )
    def test_json(self, shop: Shop, content_type: str) -> None:
        body = json.dumps(least()).encode()
        answer = shop.request("POST", CREATE, by=shop.alice, content=body, headers={"Content-Type": content_type})
        assert type(answer.result) is int

    def test_a_header_of_many_parameters_costs_nothing(self, shop: Shop) -> None:
        started_s = time.monotonic()
        answer = _send(shop, json.dumps(least()).encode(), **{"Content-Type": "application/json" + "; ;  " * 5000 + "x"})
        assert (answer.status, answer.json["code"]) == (415, 41501)
        assert time.monotonic() - started_s < 1

    @pytest.mark.parametrize(
        "content_type",
        [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/jsonx",
            "application/json; charset=iso-8859-1",
            "application/json; charset=utf-16",
            "application/xml",
        ],
    )
    def test_other_types(self, shop: Shop, content_type: str) -> None:
        answer = _send(shop, json.dumps(least()).encode(), **{"Content-Type": content_type})
        assert (answer.status, answer.json) == (415, _wrong_type(f"{content_type} is not UTF-8 JSON."))

    def test_none(self, shop: Shop) -> None:
        body = json.dumps(least()).encode()
        headers = {"Authorization": f"APIKey {shop.alice.key}", "Content-Length": str(len(body))}
        answer = _raw(shop, headers, body)
        assert b"415 " in answer.split(b"\r\n")[0]
        assert json.loads(answer.partition(b"\r\n\r\n")[2]) == _wrong_type("There is no Content-Type.")

    def test_compressed(self, shop: Shop) -> None:
        answer = _send(shop, b"\x1f\x8b", **{"Content-Encoding": "gzip"})
        assert (answer.status, answer.json) == (415, _wrong_type("Compressed bodies are not read."))


class TestSize:
    def test_one_mebibyte_is_read(self, shop: Shop) -> None:
        body = json.dumps(least()).encode().ljust(MIB)
        assert type(shop.request("POST", CREATE, by=shop.alice, content=body).result) is int

    def test_a_byte_more_is_not(self, shop: Shop) -> None:
        answer = _send(shop, json.dumps(least()).encode().ljust(MIB + 1))
        assert (answer.status, answer.json) == (413, TOO_LARGE)

    @pytest.mark.parametrize("declared", [MIB + 1, 9 * MIB, 10**15])
    def test_one_that_is_announced_as_too_large_is_refused_before_it_is_sent(self, shop: Shop, declared: int) -> None:
        key = {"Authorization": f"APIKey {shop.alice.key}", "Content-Type": "application/json"}
        answer = _raw(shop, {**key, "Content-Length": str(declared)}, b"")
        assert json.loads(answer.partition(b"\r\n\r\n")[2]) == TOO_LARGE

    def test_in_chunks_of_unknown_number(self, shop: Shop) -> None:
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        headers = {
            "Authorization": f"APIKey {shop.alice.key}",
            "Content-Type": "application/json",
            "Transfer-Encoding": "chunked",
        }
        answer = _raw(shop, headers, chunk * 17 + b"0\r\n\r\n")
        assert b"413 " in answer.split(b"\r\n")[0]
        assert json.loads(answer.partition(b"\r\n\r\n")[2]) == TOO_LARGE

    def test_a_client_that_hangs_up_harms_nobody(self, shop: Shop) -> None:
        before = shop.data.stored()
        head = _head({"Authorization": f"APIKey {shop.alice.key}", "Content-Type": "application/json", "Content-Length": "100"})
        with socket.create_connection(("127.0.0.1", shop.server.port), timeout=10) as connection:
            connection.sendall(head + b'{"cardIdx": 123')
        assert type(shop.create(shop.alice, least()).result) is int
        assert shop.data.count("stamp") == before["stamp"] + 1


def _wrong_type(problem: str) -> dict[str, object]:
    return refusal(41501, f"{problem} Send the body as UTF-8 JSON with the header: Content-Type: application/json")


def _head(headers: dict[str, str]) -> bytes:
    lines = [f"POST {CREATE} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _raw(shop: Shop, headers: dict[str, str], body: bytes) -> bytes:
    """The whole answer to a request that no client library would send."""
    with socket.create_connection(("127.0.0.1", shop.server.port), timeout=10) as connection:
        connection.sendall(_head({**headers, "Connection": "close"}) + body)
        received = b""
        while chunk := connection.recv(65_536):
            received += chunk
    return received


def test_a_length_of_thousands_of_digits_is_a_length(shop: Shop) -> None:
    content = json.dumps(least()).encode()
    answer = shop.request("POST", CREATE, by=shop.alice, content=content, headers={"Content-Length": f"{len(content):06000d}"})
    assert answer.result > 0
