"""What no endpoint may forget, asked of every endpoint in the route table."""

from pathlib import Path
from typing import Any

import pytest

from kit.people import Person
from kit.refusals import refusal
from kit.shop import Answer, Shop
from stampwell import app as composition
from stampwell.core.actors import OPERATOR
from stampwell.features.accounts import service as accounts
from stampwell.features.keys.model import ALL_SCOPES
from stampwell.http.route import Route
from stampwell.settings import Settings

# Nothing is opened until an App is started.
ROUTES = composition.build(Settings(database_url=f"sqlite:///{Path('never-opened.db')}")).routes

# By the contract, not by the code: a route that asks for another scope than this is wrong.
SCOPES = {
    ("POST", "/api/stamp/v1/create"): "stamp:create",
    ("POST", "/api/stamp/v1/bulk"): "stamp:create",
    ("GET", "/api/stamp/v1/validate"): "stamp:read",
    ("GET", "/api/stamp/v1/get"): "stamp:read",
    ("GET", "/api/stamp/v1/list"): "stamp:read",
    ("GET", "/api/stamp/v1/history"): "stamp:read",
    ("PUT", "/api/stamp/v1/update"): "stamp:write",
    ("PUT", "/api/stamp/v1/add"): "stamp:write",
    ("PUT", "/api/stamp/v1/remove"): "stamp:write",
    ("PUT", "/api/stamp/v1/redeem"): "stamp:redeem",
    ("PUT", "/api/stamp/v1/reverse"): "stamp:write",
    ("PUT", "/api/stamp/v1/merge"): "stamp:write",
    ("DELETE", "/api/stamp/v1/delete"): "stamp:write",
    ("POST", "/api/card/v1/create"): "card:write",
    ("PUT", "/api/card/v1/update"): "card:write",
    ("GET", "/api/card/v1/get"): "card:read",
    ("GET", "/api/card/v1/list"): "card:read",
    ("DELETE", "/api/card/v1/delete"): "card:write",
    ("POST", "/api/location/v1/create"): "location:write",
    ("PUT", "/api/location/v1/update"): "location:write",
    ("GET", "/api/location/v1/list"): "location:read",
    ("POST", "/api/webhook/v1/create"): "webhook:write",
    ("PUT", "/api/webhook/v1/update"): "webhook:write",
    ("GET", "/api/webhook/v1/get"): "webhook:read",
    ("GET", "/api/webhook/v1/list"): "webhook:read",
    ("DELETE", "/api/webhook/v1/delete"): "webhook:write",
    ("PUT", "/api/webhook/v1/rotate"): "webhook:write",
    ("POST", "/api/webhook/v1/test"): "webhook:write",
    ("GET", "/api/webhook/v1/events"): "webhook:read",
    ("GET", "/api/webhook/v1/attempts"): "webhook:read",
    ("POST", "/api/webhook/v1/resend"): "webhook:write",
}

every_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")


@pytest.fixture(autouse=True)
def samples(request: pytest.FixtureRequest) -> None:
    """Alice has the things that the examples speak of, in a state in which they work."""
    if "route" in request.fixturenames and "shop" in request.fixturenames:
        route: Route = request.getfixturevalue("route")
        shop: Shop = request.getfixturevalue("shop")
        shop.lay_out_samples(stamps=_marks_for(route))


def _marks_for(route: Route) -> int:
    return 10 if route.operation_id == "redeemStamp" else 3


def _refused(shop: Shop, route: Route, by: Person | None = None, **headers: str) -> Answer:
    before = shop.data.contents()
    answer = shop.send(route, by, headers=headers)
    assert shop.data.contents() == before
    return answer


def _members(result: Any) -> Any:
    """What is comparable between an answer and its example: types, and the names of members in order."""
    if isinstance(result, dict) and "list" in result:
        return [_members(row) for row in result["list"][:1]]
    return list(result) if isinstance(result, dict) else type(result)


class TestTheTable:
    def test_it_holds_the_endpoints(self) -> None:
        assert "/api/stamp/v1/create" in {route.path for route in ROUTES}

    def test_no_endpoint_twice(self) -> None:
        assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)
        assert len({route.operation_id for route in ROUTES}) == len(ROUTES)

    def test_each_asks_for_the_scope_that_the_contract_gives_it(self) -> None:
        assert {(route.method, route.path): str(route.scope) for route in ROUTES} == SCOPES
        # What a key may see of events is decided by the event's reader: `test_webhook_events.py`.
        assert set(SCOPES.values()) == set(ALL_SCOPES) - {"customer:read"}


@every_route
class TestEveryEndpoint:
    def test_its_examples_work(self, shop: Shop, route: Route) -> None:
        for example in route.examples:
            shop.lay_out_samples(stamps=_marks_for(route))
            answer = shop.send(route, shop.alice, request=example.request)
            assert _members(answer.result) == _members(example.result)

    @pytest.mark.one_database
    def test_anonymous(self, shop: Shop, route: Route) -> None:
        answer = _refused(shop, route)
        assert (answer.status, answer.json["code"], answer.json["result"]) == (401, 40101, None)

    @pytest.mark.one_database
    def test_an_unknown_key(self, shop: Shop, route: Route) -> None:
        answer = _refused(shop, route, Authorization="APIKey sk_live_" + "a" * 44)
        assert (answer.status, answer.json["code"], answer.json["result"]) == (401, 40102, None)

    @pytest.mark.one_database
    def test_a_key_of_every_other_scope(self, shop: Shop, route: Route) -> None:
        scope = SCOPES[route.method, route.path]
        person = shop.with_key(shop.alice, scopes=ALL_SCOPES - {scope})
        answer = _refused(shop, route, person)
        expected = refusal(40304, f"This API key lacks the scope {scope}. Use a key that was made with it.")
        assert (answer.status, answer.json) == (403, expected)

    @pytest.mark.one_database
    def test_a_key_of_that_scope_alone(self, shop: Shop, route: Route) -> None:
        person = shop.with_key(shop.alice, scopes={SCOPES[route.method, route.path]})
        assert shop.send(route, person).json["code"] == 0

    def test_another_account(self, shop: Shop, route: Route) -> None:
        """What is Alice's is, for a stranger, not there. `test_no_leak.py` compares every byte."""
        stranger = shop.open_account()
        if route.operation_id in {"createCard", "createLocation", "createWebhook"}:
            return  # it names nothing of anybody's
        answer = _refused(shop, route, stranger)
        if route.operation_id in {"listLocations", "listWebhooks"}:
            assert answer.result == {"list": []}
        elif route.operation_id in {"listStamps", "listEvents"}:
            assert answer.result == {"list": [], "nextCursor": None}
        elif route.operation_id == "listCards":
            assert [card["cardIdx"] for card in answer.result["list"]] == [stranger.card_id]
        elif route.operation_id == "createStamps":
            assert [row["code"] for row in answer.result] == [40402, 40002]
        else:
            assert (answer.status, answer.json["code"] in {40402, 40403, 40405, 40406, 40407}) == (404, True)

    def test_a_suspended_account(self, shop: Shop, route: Route) -> None:
        person = shop.open_account()
        shop.data.write(accounts.suspend, person.account_id, actor=OPERATOR, now_us=shop.clock.now_us())
        answer = _refused(shop, route, person)
        assert (answer.status, answer.json["code"]) == (403, 40303)

    @pytest.mark.one_database
    def test_a_plan_without_the_api(self, shop: Shop, route: Route) -> None:
        answer = _refused(shop, route, shop.open_account(plan="free"))
        assert (answer.status, answer.json["code"]) == (403, 40301)

    @pytest.mark.one_database
    def test_over_the_limit(self, tiny_shop: Shop, route: Route) -> None:
        person = tiny_shop.open_account(plan="minute")
        assert [tiny_shop.send(route, person).status == 429 for _ in range(3)] == [False, False, True]
        answer = _refused(tiny_shop, route, person)
        assert (answer.status, answer.json["code"]) == (429, 42901)
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["ratelimit-policy"]

    @pytest.mark.one_database
    def test_a_method_it_does_not_take(self, shop: Shop, route: Route) -> None:
        methods = {other.method for other in ROUTES if other.path == route.path}
        taken = sorted(methods | {"HEAD"} if "GET" in methods else methods)
        answer = shop.request("PATCH", route.path, by=shop.alice)
        assert (answer.status, answer.json["code"], answer.headers["allow"]) == (405, 40501, ", ".join(taken))

    @pytest.mark.one_database
    def test_an_unknown_field_and_an_unknown_parameter(self, shop: Shop, route: Route) -> None:
        before = shop.data.contents()
        request = route.examples[0].request
        answers = [shop.send(route, shop.alice, request={**request, "zzzzzz": 1})]
        if route.takes == "body":
            answers.append(shop.request(route.method, f"{route.path}?zzzzzz=1", by=shop.alice, body=request))
        for answer in answers:
            assert (answer.status, answer.json["code"]) == (400, 40002)
            assert [row["field"] for row in answer.json["errors"]] == ["zzzzzz"]
        assert shop.data.contents() == before

    @pytest.mark.one_database
    def test_it_echoes_the_request_id(self, shop: Shop, route: Route) -> None:
        answer = shop.send(route, shop.alice, headers={"X-Request-Id": "mine"})
        assert answer.headers["x-request-id"] == "mine"


@pytest.mark.one_database
@pytest.mark.parametrize("route", [route for route in ROUTES if route.takes == "query"], ids=lambda route: route.path)
def test_a_body_where_none_is_taken(shop: Shop, route: Route) -> None:
    before = shop.data.contents()
    answer = shop.request(route.method, route.path, by=shop.alice, query=route.examples[0].request, body={})
    assert (answer.status, [row["field"] for row in answer.json["errors"]]) == (400, ["body"])
    assert shop.data.contents() == before
