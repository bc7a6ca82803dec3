"""What every answer of the API has in common: headers, request ids, statuses, and where there is no endpoint."""

import re
from typing import Any

import pytest

from kit.refusals import refusal, wrong_fields
from kit.shop import CREATE, Shop, least
from kit.shops import OpenShop

pytestmark = pytest.mark.one_database


class TestHeaders:
    @pytest.mark.parametrize(("body", "status"), [(least(), 200), ({}, 400)], ids=["success", "refusal"])
    def test_of_every_answer(self, shop: Shop, body: dict[str, Any], status: int) -> None:
        answer = shop.create(shop.alice, body)
        names = ("content-type", "content-language", "cache-control", "x-content-type-options")
        assert answer.status == status
        assert [answer.headers[name] for name in names] == ["application/json; charset=utf-8", "en", "no-store", "nosniff"]
        assert int(answer.headers["content-length"]) == len(answer.content)

    def test_the_members_come_in_one_order(self, shop: Shop) -> None:
        assert list(shop.create(shop.alice, least()).json) == ["code", "message", "result"]
        assert list(shop.create(shop.alice, {}).json) == ["code", "message", "result", "errors"]

    def test_text_is_not_escaped(self, shop: Shop) -> None:
        answer = shop.create(shop.alice, least(이름="x"))
        assert "이름" in answer.content.decode()


class TestRequestId:
    @pytest.mark.parametrize("sent", ["a", "req-1.2_3:4/5+6=7@8", "0" * 128])
    @pytest.mark.parametrize("path", [CREATE, "/nowhere", "/healthz"])
    def test_a_sane_one_comes_back(self, shop: Shop, path: str, sent: str) -> None:
        answer = shop.request("POST", path, by=shop.alice, body=least(), headers={"X-Request-Id": sent})
        assert answer.headers["x-request-id"] == sent

    @pytest.mark.parametrize("sent", ["", "a b", "0" * 129, 'a"b', "<script>", b"caf\xe9", "a,b"], ids=ascii)
    def test_any_other_is_replaced(self, shop: Shop, sent: str | bytes) -> None:
        answer = shop.create(shop.alice, least(), headers={"X-Request-Id": sent})
        assert re.fullmatch("[0-9a-f]{24}", answer.headers["x-request-id"])

    def test_each_answer_has_its_own(self, shop: Shop) -> None:
        ids = {shop.create(shop.alice, body).headers["x-request-id"] for body in (least(), least(), {}, {})}
        assert len(ids) == 4


class TestNoEndpoint:
    @pytest.mark.parametrize(
        ("path", "hint"),
        [
            ("/api/stamp/v1/creat", " Did you mean /api/stamp/v1/create?"),
            ("/api/stamp/v1/create/", " Did you mean /api/stamp/v1/create?"),
            ("/API/STAMP/V1/CREATE", " Did you mean /api/stamp/v1/create?"),
            ("/nowhere", " The documentation at /api/docs lists them."),
            ("/favicon.icon", " The documentation at /api/docs lists them."),
        ],
    )
    @pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
    def test_a_path_without_one(self, shop: Shop, method: str, path: str, hint: str) -> None:
        answer = shop.request(method, path)
        expected = refusal(40401, f"There is no endpoint {method} {path}.{hint}")
        assert (answer.status, answer.json) == (404, expected)

    @pytest.mark.parametrize("path", ["/%00", "/%ff%fe", "/%ed%a0%80", "/" + "x" * 5000, "/..%2f..%2fetc/passwd", "//"])
    def test_a_path_meant_to_harm(self, shop: Shop, path: str) -> None:
        answer = shop.request("GET", path)
        assert (answer.status, answer.json["code"]) == (404, 40401)
        assert len(answer.content) < 1000

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
    def test_a_method_that_it_does_not_take(self, shop: Shop, method: str) -> None:
        answer = shop.request(method, CREATE, by=shop.alice)
        expected = refusal(40501, f"{CREATE} does not take {method}. It takes: POST.")
        assert (answer.status, answer.json) == (405, expected)
        assert answer.headers["allow"] == "POST"

    def test_head_has_no_body(self, shop: Shop) -> None:
        answer = shop.request("HEAD", CREATE, by=shop.alice)
        assert (answer.status, answer.headers["allow"], answer.content) == (405, "POST", b"")


class TestQuery:
    @pytest.mark.parametrize(
        ("query", "names"),
        [("cardIdx=123", ["cardIdx"]), ("a=1&b=", ["a", "b"]), ("a", ["a"]), ("%ED%95%9C=1", ["한"])],
    )
    def test_unknown_parameters_are_not_dropped(self, shop: Shop, query: str, names: list[str]) -> None:
        before = shop.data.stored()
        answer = shop.request("POST", f"{CREATE}?{query}", by=shop.alice, body=least())
        unknown = "unknown query parameter; this endpoint takes a JSON body only"
        assert (answer.status, answer.json) == (400, wrong_fields(*((name, unknown) for name in names)))
        assert shop.data.stored() == before

    def test_an_empty_query_is_none(self, shop: Shop) -> None:
        assert type(shop.request("POST", f"{CREATE}?", by=shop.alice, body=least()).result) is int


class TestErrorStatus:
    def test_refusals_as_200_for_clients_that_read_only_the_code(self, open_shop: OpenShop, dialect: str) -> None:
        shop = open_shop(dialect, error_status="200")
        refused = {
            40002: shop.create(shop.alice, {}),
            40304: shop.create(shop.bob, least()),
            40401: shop.request("GET", "/api/nowhere"),
            40402: shop.create(shop.charlie, least()),
            40501: shop.request("GET", CREATE),
            40101: shop.request("POST", CREATE, body=least()),
        }
        assert {code: (answer.status, answer.json["code"]) for code, answer in refused.items()} == {
            code: (200, code) for code in refused
        }
        assert shop.create(shop.alice, least()).result == 1

    def test_the_headers_stay(self, open_shop: OpenShop, dialect: str) -> None:
        shop = open_shop(dialect, error_status="200")
        assert shop.request("GET", CREATE).headers["allow"] == "POST"
        assert shop.request("POST", CREATE).headers["www-authenticate"] == 'APIKey realm="stampwell"'

    def test_a_probe_of_a_path_that_is_not_there_is_not_healthy(self, open_shop: OpenShop, dialect: str) -> None:
        shop = open_shop(dialect, error_status="200")
        answer = shop.request("GET", "/health")
        assert (answer.status, answer.json["code"]) == (404, 40401)

    def test_a_fault_keeps_its_status(self, open_shop: OpenShop, dialect: str) -> None:
        shop = open_shop(dialect, error_status="200")
        shop.data.run("DROP TABLE outbox")
        answer = shop.create(shop.alice, least())
        assert (answer.status, answer.json["code"]) == (500, 50001)


class TestFault:
    def test_our_fault_is_said_without_its_inside(self, own_shop: Shop) -> None:
        own_shop.data.run("DROP TABLE outbox")
        answer = own_shop.create(own_shop.alice, least(), headers={"X-Request-Id": "quote-me"})
        assert (answer.status, answer.json) == (
            500,
            refusal(
                50001,
                "Something went wrong on our side, and nothing was stored. Tell the operator this request id: quote-me",
            ),
        )
        assert own_shop.data.count("stamp") == 0
        assert own_shop.data.count("stamp_event") == 0
