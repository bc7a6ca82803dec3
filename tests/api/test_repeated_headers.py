"""A header that comes several times: one list where it is a list, refused where only one value can be meant."""

from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPConnection

import pytest

from kit.refusals import wrong_fields
from kit.shop import CREATE, Answer, Shop, least

pytestmark = pytest.mark.one_database

UPDATE, DOCS = "/api/stamp/v1/update", "/api/docs"
KEY = "Idempotency-Key"


def _send(shop: Shop, method: str, path: str, headers: Sequence[tuple[str, str]], content: bytes = b"") -> Answer:
    with closing(HTTPConnection("127.0.0.1", shop.server.port, timeout=20)) as connection:
        connection.putrequest(method, path)
        for name, value in [("Content-Length", str(len(content))), *headers]:
            connection.putheader(name, value)
        connection.endheaders(content)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())


def _as_alice(shop: Shop, *headers: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Authorization", f"APIKey {shop.alice.key}"), ("Content-Type", "application/json"), *headers]


def _stored(shop: Shop) -> dict[str, int]:
    return {**shop.data.stored(), "idempotency": shop.data.count("idempotency")}


@pytest.mark.parametrize("second", ["one", "another"], ids=["the same twice", "two"])
def test_two_idempotency_keys_are_refused(shop: Shop, second: str) -> None:
    before = _stored(shop)
    body = b'{"cardIdx":123,"strtYmd":"2026-01-01","endYmd":"2026-12-31"}'
    answer = _send(shop, "POST", CREATE, _as_alice(shop, (KEY, "one"), (KEY, second)), body)
    assert (answer.status, answer.json) == (400, wrong_fields((KEY, "given more than once; send it once")))
    assert _stored(shop) == before


def test_preferences_are_one_list(shop: Shop) -> None:
    stamp = shop.create(shop.alice, least()).result
    for preferences in (["return=representation", "respond-async"], ["respond-async", "return=representation"]):
        headers = _as_alice(shop, *(("Prefer", preference) for preference in preferences))
        answer = _send(shop, "PUT", UPDATE, headers, b'{"stampIdx":%d,"memo":"x"}' % stamp)
        assert answer.result["memo"] == "x"


@pytest.mark.parametrize(("method", "path"), [("POST", CREATE), ("PATCH", DOCS)])
def test_wished_for_languages_are_one_list(shop: Shop, method: str, path: str) -> None:
    wishes = ("ko;q=0.5", "ja", "en;q=0.1")
    answer = _send(shop, method, path, [("Accept-Language", wish) for wish in wishes])
    assert (answer.status >= 400, answer.headers["content-language"]) == (True, "ja")


def test_of_two_api_keys_neither_counts(shop: Shop) -> None:
    headers = [("Authorization", f"APIKey {person.key}") for person in (shop.alice, shop.charlie)]
    answer = _send(shop, "GET", "/api/card/v1/list", headers)
    assert (answer.status, answer.json["code"]) == (401, 40101)
