"""Every endpoint that changes something, asked by an account that is suspended before the request or in the middle of it."""

import pytest

from kit.people import Person
from kit.shop import Answer, Shop
from kit.suspension import changes_nothing_while_suspended, resume, suspend
from stampwell.features.stamps.contract.examples import SAMPLE_STAMP_IDX
from stampwell.http.route import Route


@pytest.fixture
def writing(own_shop: Shop) -> list[Route]:
    return [route for route in own_shop.app.routes if route.has_effect]


def _is_refused(answer: Answer) -> bool:
    return (answer.status, answer.json["code"]) == (403, 40303)


def test_no_endpoint_changes_anything(own_shop: Shop, writing: list[Route]) -> None:
    assert len(writing) >= 10
    for route in writing:

        def ready(route: Route = route) -> Person:
            own_shop.lay_out_samples(stamps=10 if route.operation_id == "redeemStamp" else 3)
            # A key that no server has seen, and remembers to be of an account in good standing or not.
            return own_shop.with_key(own_shop.alice)

        answer = changes_nothing_while_suspended(
            own_shop,
            own_shop.alice.account_id,
            ready,
            lambda person, route=route: own_shop.send(route, person),
            _is_refused,
        )
        assert answer.json["code"] == 0, (route.path, answer.json)


def test_a_staff_password_is_not_even_tried(own_shop: Shop) -> None:
    """A try is counted, in a transaction of its own."""
    shop, redeem = own_shop, next(route for route in own_shop.app.routes if route.operation_id == "redeemStamp")
    asked = {"stampIdx": SAMPLE_STAMP_IDX, "onsitePwd": "latte77"}

    def ready() -> Person:
        shop.lay_out_samples(stamps=10)
        body = {"cardIdx": shop.alice.card_id, "onsiteYn": "Y", "onsitePwd": "latte77"}
        assert shop.request("PUT", "/api/card/v1/update", by=shop.with_key(shop.alice), body=body).json["code"] == 0
        return shop.with_key(shop.alice)

    answer = changes_nothing_while_suspended(
        shop, shop.alice.account_id, ready, lambda person: shop.send(redeem, person, request=asked), _is_refused
    )
    assert answer.json["code"] == 0


@pytest.mark.one_database
def test_others_go_on_in_the_same_batch(own_shop: Shop) -> None:
    shop, other = own_shop, own_shop.open_account()
    suspend(shop, shop.alice.account_id)
    body = {"strtYmd": "2026-01-01", "endYmd": "2026-12-31"}
    assert shop.create(other, {**body, "cardIdx": other.card_id}).json["code"] == 0
    assert shop.create(shop.alice, {**body, "cardIdx": shop.alice.card_id}).json["code"] == 40303
    resume(shop, shop.alice.account_id)
