"""The samples of the documentation are what a running server tells."""

import json
from pathlib import Path
from typing import Any

import pytest

from kit.event_samples import samples
from kit.shop import Shop
from stampwell.api_docs.event_samples import EVENT_SAMPLES
from stampwell.features.events.model import EventType

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")


def _shown(heading: str) -> list[Any]:
    """JSON that the page shows below that heading."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [json.loads(block.split("\n```", 1)[0]) for block in section.split("```json\n")[1:]]


def test_a_running_server_tells_just_that(hook_shop: Shop) -> None:
    """To renew the file of samples, write down what is found here: one object, by type."""
    found = samples(hook_shop)
    assert list(found) == list(EventType)
    assert json.dumps(found, indent=1) == json.dumps(EVENT_SAMPLES, indent=1)


def test_the_guide_shows_the_same() -> None:
    full, thin, of_no_stamp = _shown("What an event says")
    assert full == EVENT_SAMPLES["stamp.added"]
    assert of_no_stamp == EVENT_SAMPLES["card.updated"]
    numbers = {name: full["data"][name] for name in ("eventIdx", "sequence", "actionType")}
    stamp = {"stampIdx": 122, "cardIdx": 123, "url": "/api/stamp/v1/get?stampIdx=122"}
    assert thin == {**full, "data": {**numbers, **stamp}}


@pytest.mark.parametrize("kind", EventType)
def test_the_guide_lists_the_type(kind: EventType) -> None:
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{kind}` |")]
    assert row.split("|")[2].strip() == f"`{EVENT_SAMPLES[kind]['data']['actionType']}`"


def test_the_guide_lists_no_other() -> None:
    table = PAGE.split("### Types\n", 1)[1].split("\n## ", 1)[0]
    assert sorted(line.split("`")[1] for line in table.splitlines() if line.startswith("| `")) == sorted(EventType)
