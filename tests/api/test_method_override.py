"""`X-HTTP-Method-Override` on a POST, for hosts and proxies that let no PUT or DELETE through."""

from pathlib import Path
from urllib.parse import urlencode

import pytest

from kit.dashboard_client import DashboardClient
from kit.refusals import refusal, wrong_fields
from kit.shop import CREATE, Answer, Shop, least
from kit.stamps import count, issue, make_card, unchanged
from stampwell import app as composition
from stampwell.http.route import Route
from stampwell.settings import Settings

pytestmark = pytest.mark.one_database

# Nothing is opened until an App is started.
ROUTES = composition.build(Settings(database_url=f"sqlite:///{Path('never-opened.db')}")).routes
OVERRIDDEN = [route for route in ROUTES if route.method in {"PUT", "DELETE"}]

ADD, DELETE, NAME = "/api/stamp/v1/add", "/api/stamp/v1/delete", "X-HTTP-Method-Override"
NEEDLESS = "must be PUT or DELETE, and be sent with a POST"


def _as_post(shop: Shop, route: Route, method: str) -> Answer:
    request = route.examples[0].request
    headers: dict[str, str | bytes] = {NAME: method}
    if route.takes == "query":
        return shop.request("POST", f"{route.path}?{urlencode(request)}", by=shop.alice, headers=headers)
    return shop.request("POST", route.path, by=shop.alice, body=request, headers=headers)


@pytest.fixture
def stamp(shop: Shop) -> int:
    return issue(shop, make_card(shop, maxStamps=5))


@pytest.mark.parametrize("route", OVERRIDDEN, ids=lambda route: f"{route.method} {route.path}")
def test_every_put_and_delete_may_be_sent_so(shop: Shop, route: Route) -> None:
    for method in (route.method, route.method.lower(), f" {route.method.title()} "):
        shop.lay_out_samples(stamps=10 if route.operation_id == "redeemStamp" else 3)
        result, expected = _as_post(shop, route, method).result, route.examples[0].result
        # A secret is drawn anew each time.
        assert result.keys() == expected.keys() if route.operation_id == "rotateWebhookSecret" else result == expected


def test_an_endpoint_that_does_not_take_it(shop: Shop, stamp: int) -> None:
    body, headers = {"stampIdx": stamp}, {NAME: "DELETE"}
    answer = shop.request("POST", ADD, by=shop.alice, body=body, headers=headers)
    assert (answer.status, answer.headers["Allow"]) == (405, "PUT")
    assert answer.json == refusal(40501, f"{ADD} does not take DELETE. It takes: PUT.")
    assert count(shop, stamp) == 0


def test_a_post_may_say_that_it_is_one(shop: Shop) -> None:
    answer = shop.create(shop.alice, least(cardIdx=make_card(shop)), headers={NAME: "POST"})
    assert type(answer.result) is int


@pytest.mark.parametrize(
    "value", ["GET", "HEAD", "PATCH", "OPTIONS", "", "PUT, DELETE", "delete?", "PÜT".encode(), b"\xff"], ids=repr
)
def test_another_value_is_refused(shop: Shop, stamp: int, value: str | bytes) -> None:
    with unchanged(shop):
        answer = shop.request("POST", ADD, by=shop.alice, body={"stampIdx": stamp}, headers={NAME: value})
    assert (answer.status, answer.json) == (400, wrong_fields((NAME, NEEDLESS)))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_on_another_method_it_is_refused(shop: Shop, stamp: int, method: str) -> None:
    """Whoever sends a PUT and says DELETE means one of the two; nobody can know which."""
    path = f"{DELETE}?stampIdx={stamp}" if method == "DELETE" else f"/api/stamp/v1/get?stampIdx={stamp}"
    other = "PUT" if method == "DELETE" else "DELETE"
    with unchanged(shop):
        answer = shop.request(method, ADD if method == "PUT" else path, by=shop.alice, headers={NAME: other})
    assert (answer.status, answer.json) == (400, wrong_fields((NAME, NEEDLESS)))


def test_what_is_that_method_anyway_may_say_so(shop: Shop, stamp: int) -> None:
    assert shop.put(ADD, shop.alice, headers={NAME: "PUT"}, stampIdx=stamp).result is None
    answer = shop.request("GET", f"/api/stamp/v1/get?stampIdx={stamp}", by=shop.alice, headers={NAME: "get"})
    assert answer.result["stamps"] == 1


def test_a_delete_has_no_body(shop: Shop, stamp: int) -> None:
    path, headers = f"{DELETE}?stampIdx={stamp}", {NAME: "DELETE"}
    assert shop.request("POST", path, by=shop.alice, body={}, headers=headers).json["errors"][0]["field"] == "body"
    assert shop.request("POST", path, by=shop.alice, headers=headers).result is None
    assert shop.data.rows("SELECT 1 FROM stamp WHERE stamp_id = :stamp", stamp=stamp) == []


def test_with_an_idempotency_key_it_is_the_same_request_as_a_put(shop: Shop, stamp: int) -> None:
    """A client that falls back to POST after a PUT did not get through does nothing twice."""
    key: dict[str, str | bytes] = {"Idempotency-Key": f"override-{stamp}"}
    body = {"stampIdx": stamp}
    assert shop.put(ADD, shop.alice, headers=key, **body).result is None
    again = shop.request("POST", ADD, by=shop.alice, body=body, headers={**key, NAME: "PUT"})
    assert (again.result, again.headers["Idempotency-Replayed"]) == (None, "true")
    assert count(shop, stamp) == 1


def test_a_path_without_an_endpoint_says_just_that(shop: Shop) -> None:
    assert shop.request("POST", "/api/nowhere", headers={NAME: "PATCH"}).json["code"] == 40401


def test_without_a_key_nothing_is_told(shop: Shop, stamp: int) -> None:
    with unchanged(shop):
        answer = shop.request("POST", f"{DELETE}?stampIdx={stamp}", headers={NAME: "DELETE"})
    assert (answer.status, answer.json["code"]) == (401, 40101)


def test_the_dashboard_does_not_know_it(shop: Shop) -> None:
    """Its forms are GET and POST; what the header says changes neither."""
    dashboard: DashboardClient = shop.dashboard()
    assert dashboard.send("POST", "/dashboard/profile", b"", {NAME: "GET"}).status in {400, 403}
    assert dashboard.send("GET", "/dashboard/profile", headers={NAME: "POST"}).status == 200
    assert shop.request("POST", "/api/openapi.json", headers={NAME: "GET"}).status == 405


def test_the_create_that_everybody_knows_is_not_touched(shop: Shop) -> None:
    with unchanged(shop):
        answer = shop.request("POST", CREATE, by=shop.alice, body=least(), headers={NAME: "PUT"})
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
