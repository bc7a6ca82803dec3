"""The OpenAPI document says what is sent to webhooks: each type, its schema, and a sample of it."""

from typing import Any

import pytest
from reading import resolve, validator

from stampwell.api_docs.event_samples import EVENT_SAMPLES
from stampwell.features.events.model import EventType

OF_A_STAMP = [kind for kind in EventType if kind.startswith("stamp.")]


def sent(document: dict[str, Any], kind: str) -> dict[str, Any]:
    operation: dict[str, Any] = document["webhooks"][kind]["post"]
    return operation


def test_every_type_is_listed_in_the_order_of_the_code(document: dict[str, Any]) -> None:
    assert list(document["webhooks"]) == list(EventType)
    names = [sent(document, kind)["operationId"] for kind in EventType]
    assert (names[0], len(set(names))) == ("onStampIssued", len(EventType))
    assert {tag for kind in EventType for tag in sent(document, kind)["tags"]} <= {tag["name"] for tag in document["tags"]}


@pytest.mark.parametrize("kind", EventType)
class TestType:
    def test_its_samples_keep_its_schema(self, document: dict[str, Any], kind: str) -> None:
        content = sent(document, kind)["requestBody"]["content"]["application/json"]
        samples = {name: example["value"] for name, example in content["examples"].items()}
        assert samples["full"] == EVENT_SAMPLES[kind]
        assert list(samples) == (["full", "thin"] if kind in OF_A_STAMP else ["full"])
        for sample in samples.values():
            validator(document, content["schema"]).validate(sample)
            assert sample["type"] == kind

    def test_it_is_signed_and_wants_a_success(self, document: dict[str, Any], kind: str) -> None:
        operation = sent(document, kind)
        parameters = [resolve(document, parameter) for parameter in operation["parameters"]]
        assert {parameter["name"]: parameter["required"] for parameter in parameters} == {
            "webhook-id": True,
            "webhook-timestamp": True,
            "webhook-signature": True,
        }
        assert list(operation["responses"]) == ["2XX"]
        assert operation["security"] == []
        assert operation["summary"].endswith(".")


def test_an_event_that_is_another_s_does_not_keep_the_schema(document: dict[str, Any]) -> None:
    schema = sent(document, "stamp.added")["requestBody"]["content"]["application/json"]["schema"]
    for change in ({"sequence": "1"}, {"unknown": 1}, {"stamp": {}}):
        event = EVENT_SAMPLES["stamp.added"]
        assert not validator(document, schema).is_valid({**event, "data": {**event["data"], **change}})
