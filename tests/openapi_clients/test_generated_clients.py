"""Clients made by openapi-python-client and openapi-typescript, against the real server."""

import json
from pathlib import Path
from typing import Any

from generating import HERE, at, run, shown

from kit.shop import Shop

SAMPLE_DAY = "2026-03-02 18:00:00"


def refusal(status: int, code: int, *fields: str) -> dict[str, object]:
    return {"status": status, "code": code, "message": "", "fields": list(fields)}


def row(action: str, before: int, after: int, **members: object) -> dict[str, object]:
    told = {"orderRef": None, "actorType": "apiKey", "changes": None, "renewedStampIdx": None, "occurredYmdt": SAMPLE_DAY}
    return {"action": action, "stampsBefore": before, "stampsAfter": after, **told, **members}


# The first stamps of a new shop.
STAMP, OTHER = 1, 2
FOUND: dict[str, Any] = {
    "card": {"cardNm": "Generated", "maxStamps": 2, "renewYn": "N"},
    "cards": {"names": ["Generated"], "more": True},
    "validated": {"stampIdx": STAMP, "stamps": 0, "useYn": "N", "endYmd": "2026-12-31", "userId": "gen-1", "userNm": None},
    "notFull": refusal(409, 40907),
    "updated": None,
    "added": None,
    "noRoom": refusal(409, 40905),
    "redeemed": {"stampIdx": STAMP, "stamps": 2, "useYn": "Y", "endYmd": "2026-11-30", "userId": "gen-1", "userNm": "Kim"},
    "usedUp": refusal(409, 40904),
    "history": [
        row("redeemed", 2, 2),
        row("added", 0, 2, orderRef="sale-1"),
        row("updated", 0, 0, changes={"endYmd": ["2026-12-31", "2026-11-30"], "userNm": None}),
        row("issued", 0, 0),
    ],
    "fieldsWrong": refusal(400, 40002, "endYmd"),
    "bulk": [{"stampIdx": OTHER, "codeLength": 16}, {"code": 40402, "fields": []}, {"code": 40002, "fields": ["endYmd"]}],
    "listed": [OTHER, STAMP],
    "lastPage": True,
    "unused": [OTHER],
    "gotByCode": OTHER,
    "tooFew": refusal(409, 40906),
    "deleted": 0,
    "gone": refusal(404, 40403),
    "stranger": refusal(401, 40102),
}


def without_messages(found: dict[str, Any]) -> dict[str, Any]:
    """What was found, with "" for the message of each refusal that has one: what they say is other tests' business."""
    return {
        name: {**value, "message": ""} if isinstance(value, dict) and value.get("message") else value
        for name, value in found.items()
    }


class TestPython:
    def test_it_calls_everything_and_its_answers_are_typed(self, shop: Shop, python_client: Path) -> None:
        found = run("python", HERE / "calls.py", shop.server.base, shop.alice.key, folder=python_client, PYTHONPATH=".")
        assert without_messages(json.loads(found)) == FOUND

    def test_it_is_small(self, shop: Shop, python_client: Path) -> None:
        schemas = shop.request("GET", "/api/openapi.json").json["components"]["schemas"]
        models = {path.stem for path in (python_client / "stampwell_api_client" / "models").glob("*.py")} - {"__init__"}
        # A class for each name, and one for each choice: two of a row of the history, three of a webhook's payload, one of who
        # was at it.
        assert len(models) == len(schemas) + 6
        assert {"stamp", "history_row", "history_changes", "error_response", "yes_no"} <= models

    def test_the_guide_s_program(self, shop: Shop, python_client: Path) -> None:
        (program,) = shown("python")
        assert run("python", "-c", at(shop.server.base, program), folder=python_client, KEY=shop.alice.key) == "1\n"


class TestTypeScript:
    def test_it_calls_everything_and_its_answers_are_typed(self, shop: Shop, typescript_client: Path) -> None:
        found = run("node", "calls.ts", shop.server.base, shop.alice.key, folder=typescript_client)
        assert without_messages(json.loads(found)) == FOUND

    def test_the_guide_s_program(self, shop: Shop, typescript_client: Path) -> None:
        (program,) = shown("ts")
        (typescript_client / "guide_here.ts").write_text(at(shop.server.base, program))
        assert run("node", "guide_here.ts", folder=typescript_client, KEY=shop.alice.key) == "1\n"

    def test_the_compiler_agrees_with_both_programs(self, typescript_client: Path) -> None:
        assert run("node_modules/.bin/tsc", "--strict", "--noEmit", folder=typescript_client) == ""


def test_redocly_has_nothing_to_say(shop: Shop, typescript_client: Path) -> None:
    problems = run("node", "lint.js", f"{shop.server.base}/api/openapi.json", folder=typescript_client)
    assert json.loads(problems) == []
