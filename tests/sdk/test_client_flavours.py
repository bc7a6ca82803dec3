"""The two clients are the same but for the waiting."""

import inspect
from typing import Any

import pytest

from stampwell_client import AsyncStampwell, Stampwell
from stampwell_client.async_cards import AsyncCards
from stampwell_client.async_locations import AsyncLocations
from stampwell_client.async_stamps import AsyncStamps
from stampwell_client.async_webhook_endpoints import AsyncWebhooks
from stampwell_client.cards import Cards
from stampwell_client.locations import Locations
from stampwell_client.stamps import Stamps
from stampwell_client.webhook_endpoints import Webhooks

PAIRS = [(Stamps, AsyncStamps), (Cards, AsyncCards), (Locations, AsyncLocations), (Webhooks, AsyncWebhooks)]


def calls_of(kind: type) -> dict[str, Any]:
    return {name: member for name, member in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}


@pytest.mark.parametrize(("waiting", "awaited"), PAIRS)
def test_they_take_the_same_and_say_the_same(waiting: type, awaited: type) -> None:
    ours, theirs = calls_of(waiting), calls_of(awaited)
    assert list(ours) == list(theirs)
    for name, call in ours.items():
        assert inspect.signature(call).parameters == inspect.signature(theirs[name]).parameters, name
        assert inspect.getdoc(call) == inspect.getdoc(theirs[name]) != "", name


def test_they_are_made_the_same_way() -> None:
    ours, theirs = (dict(inspect.signature(kind).parameters) for kind in (Stampwell, AsyncStampwell))
    assert ours.pop("http").default == theirs.pop("http").default
    assert ours == theirs
