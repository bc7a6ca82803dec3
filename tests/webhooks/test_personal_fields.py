"""Personal fields go only where a key that may read them sent them."""

import pytest

from kit.people import Person
from kit.refusals import refusal
from kit.shop import Answer, Shop
from stampwell.features.keys.model import ALL_SCOPES

BASE = "/api/webhook/v1"
URL = "https://shop.example/stampwell"
ELSEWHERE = "https://elsewhere.example/"


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account()


@pytest.fixture
def without(shop: Shop, owner: Person) -> Person:
    """The owner's key that may not read customers."""
    return shop.with_key(owner, scopes=ALL_SCOPES - {"customer:read"})


def _create(shop: Shop, by: Person, personal: str) -> Answer:
    return shop.request("POST", f"{BASE}/create", by=by, body={"url": URL, "personalYn": personal})


def _get(shop: Shop, owner: Person, number: int) -> object:
    return shop.get(f"{BASE}/get", owner, webhookIdx=number).result


def _assert_refused(answer: Answer) -> None:
    message = "This API key lacks the scope customer:read. Use a key that was made with it."
    assert (answer.status, answer.json) == (403, refusal(40304, message))


def test_a_key_that_may_not_read_customers_makes_none_with_personal_fields(shop: Shop, owner: Person, without: Person) -> None:
    _assert_refused(_create(shop, without, "Y"))
    assert shop.get(f"{BASE}/list", owner).result == {"list": []}
    assert _create(shop, without, "N").result["webhookIdx"]


@pytest.mark.parametrize("change", [{"url": ELSEWHERE}, {"personalYn": "Y"}, {"events": []}, {"payload": "full"}], ids=str)
def test_nor_does_it_lead_one_elsewhere(shop: Shop, owner: Person, without: Person, change: dict[str, object]) -> None:
    number = _create(shop, owner, "Y").result["webhookIdx"]
    before = _get(shop, owner, number)
    _assert_refused(shop.put(f"{BASE}/update", without, webhookIdx=number, **change))
    assert _get(shop, owner, number) == before


def test_it_may_switch_one_off_or_do_without_the_fields(shop: Shop, owner: Person, without: Person) -> None:
    number = _create(shop, owner, "Y").result["webhookIdx"]
    for change in ({"activeYn": "N"}, {"description": "till"}, {"personalYn": "N", "url": ELSEWHERE}):
        assert shop.put(f"{BASE}/update", without, webhookIdx=number, **change).result is None
    _assert_refused(shop.put(f"{BASE}/update", without, webhookIdx=number, personalYn="Y"))
