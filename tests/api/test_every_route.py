"""What no endpoint may forget, asked of every endpoint in the route table."""

from pathlib import Path

import pytest

from kit.people import Person
from kit.refusals import refusal
from kit.shop import Answer, Shop
from stampwell import app as composition
from stampwell.features.accounts import service as accounts
from stampwell.features.keys.model import ALL_SCOPES
from stampwell.http.route import Route
from stampwell.settings import Settings

# Nothing is opened until an App is started.
ROUTES = composition.build(Settings(database_url=f"sqlite:///{Path('never-opened.db')}")).routes

every_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")


def _send(shop: Shop, route: Route, by: Person | None = None, **headers: str) -> Answer:
    """The answer to the route's first example, which works when Alice sends it."""
    return shop.request(route.method, route.path, by=by, body=route.examples[0].request, headers=headers)


def _refused(shop: Shop, route: Route, by: Person | None = None, **headers: str) -> Answer:
    before = shop.data.stored()
    answer = _send(shop, route, by, **headers)
    assert shop.data.stored() == before
    return answer


class TestTheTable:
    def test_it_holds_the_endpoints(self) -> None:
        assert "/api/stamp/v1/create" in {route.path for route in ROUTES}

    def test_no_endpoint_twice(self) -> None:
        assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)
        assert len({route.operation_id for route in ROUTES}) == len(ROUTES)

    @every_route
    def test_it_asks_for_a_scope_that_exists(self, route: Route) -> None:
        assert route.scope in ALL_SCOPES


@every_route
class TestEveryEndpoint:
    def test_its_examples_work(self, shop: Shop, route: Route) -> None:
        for example in route.examples:
            answer = shop.request(route.method, route.path, by=shop.alice, body=example.request)
            assert type(answer.result) is type(example.result)

    def test_anonymous(self, shop: Shop, route: Route) -> None:
        answer = _refused(shop, route)
        assert (answer.status, answer.json["code"], answer.json["result"]) == (401, 40101, None)

    def test_an_unknown_key(self, shop: Shop, route: Route) -> None:
        answer = _refused(shop, route, Authorization="APIKey sk_live_" + "a" * 44)
        assert (answer.status, answer.json["code"], answer.json["result"]) == (401, 40102, None)

    def test_a_key_of_every_other_scope(self, shop: Shop, route: Route) -> None:
        person = shop.with_key(shop.alice, scopes=ALL_SCOPES - {route.scope})
        answer = _refused(shop, route, person)
        expected = refusal(40304, f"This API key lacks the scope {route.scope}. Use a key that was made with it.")
        assert (answer.status, answer.json) == (403, expected)

    def test_another_account(self, shop: Shop, route: Route) -> None:
        """What is Alice's is, for Charlie, not there."""
        answer = _refused(shop, route, shop.charlie)
        assert (answer.status, answer.json["code"] in {40402, 40403, 40404}) == (404, True)

    def test_a_suspended_account(self, shop: Shop, route: Route) -> None:
        person = shop.open_account()
        shop.data.write(accounts.suspend, person.account_id, now_us=shop.clock.now_us())
        answer = _refused(shop, route, person)
        assert (answer.status, answer.json["code"]) == (403, 40303)

    def test_a_plan_without_the_api(self, shop: Shop, route: Route) -> None:
        answer = _refused(shop, route, shop.open_account(plan="free"))
        assert (answer.status, answer.json["code"]) == (403, 40301)

    def test_over_the_limit(self, tiny_shop: Shop, route: Route) -> None:
        person = tiny_shop.open_account(plan="minute")
        assert [_send(tiny_shop, route, person).status == 429 for _ in range(3)] == [False, False, True]
        answer = _refused(tiny_shop, route, person)
        assert (answer.status, answer.json["code"]) == (429, 42901)
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["ratelimit-policy"]

    def test_a_method_it_does_not_take(self, shop: Shop, route: Route) -> None:
        taken = sorted(other.method for other in ROUTES if other.path == route.path)
        answer = shop.request("PATCH", route.path, by=shop.alice)
        assert (answer.status, answer.json["code"], answer.headers["allow"]) == (405, 40501, ", ".join(taken))

    def test_an_unknown_field_and_an_unknown_parameter(self, shop: Shop, route: Route) -> None:
        before = shop.data.stored()
        with_field = shop.request(route.method, route.path, by=shop.alice, body={**route.examples[0].request, "zzzzzz": 1})
        with_parameter = shop.request(route.method, f"{route.path}?zzzzzz=1", by=shop.alice, body=route.examples[0].request)
        for answer in (with_field, with_parameter):
            assert (answer.status, answer.json["code"]) == (400, 40002)
            assert [row["field"] for row in answer.json["errors"]] == ["zzzzzz"]
        assert shop.data.stored() == before

    def test_it_echoes_the_request_id(self, shop: Shop, route: Route) -> None:
        answer = _send(shop, route, shop.alice, **{"X-Request-Id": "mine"})
        assert answer.headers["x-request-id"] == "mine"
