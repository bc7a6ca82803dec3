"""The commands of `/api/docs` in a real shell."""

import json
import re
import subprocess
from typing import Any

import pytest
from browsing import Visit
from docs_page import CODE, DOCS, operations_of, texts

from kit.shop import CREATE, Shop, least
from stampwell.features.stamps.contract.examples import SAMPLE_SALE

PLACEHOLDER = "sk_live_YOUR_KEY"


def alike(answered: Any, shown: Any) -> bool:
    """Of the same type, and of an object the same members."""
    if isinstance(shown, dict):
        return isinstance(answered, dict) and list(answered) == list(shown)
    return type(answered) is type(shown)


def run(command: str) -> Any:
    """What the command prints, pasted into a shell."""
    done = subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, timeout=20, check=True)
    return json.loads(done.stdout)


def with_what_exists(command: str, shop: Shop) -> str:
    """The command as somebody would send it: with their key, and a stamp and a card of theirs in the shown ones' place."""
    stamp = shop.create(shop.alice, least()).result
    if "/remove" in command or "/redeem" in command:
        full = {"stampIdx": stamp, "stamps": 10}
        shop.request("PUT", "/api/stamp/v1/update", by=shop.alice, body=full)
    if "/api/card/" in command:
        card = shop.request("POST", "/api/card/v1/create", by=shop.alice, body={"cardNm": "Tea", "maxStamps": 10}).result
        command = re.sub(r"(cardIdx\W+)\d+", rf"\g<1>{card}", command)
    if "/reverse" in command:
        sale = {"stampIdx": stamp, "orderRef": SAMPLE_SALE}
        shop.request("PUT", "/api/stamp/v1/add", by=shop.alice, body=sale)
    if "/merge" in command:
        for name, number in (("from", stamp), ("into", shop.create(shop.alice, least()).result)):
            command = re.sub(rf"({name}StampIdx\W+)\d+", rf"\g<1>{number}", command)
    if "/api/webhook/" in command:
        command = _with_webhook(command, shop)
    if "locationIdx" in command:
        body = {"locationNm": f"Branch of {stamp}"}
        location = shop.request("POST", "/api/location/v1/create", by=shop.alice, body=body).result
        command = re.sub(r"(locationIdxs?\W+)\d+", rf"\g<1>{location}", command)
    command = re.sub(r"(stampIdx\W+)\d+", rf"\g<1>{stamp}", command)
    return command.replace(PLACEHOLDER, shop.alice.key)


def _with_webhook(command: str, shop: Shop) -> str:
    """With a webhook and an event of Alice's in the shown ones' place, and room for another webhook."""

    def ask(method: str, path: str, **sent: Any) -> Any:
        return shop.request(method, f"/api/webhook/v1/{path}", by=shop.alice, **sent).result

    for old in ask("GET", "list")["list"]:
        ask("DELETE", "delete", query={"webhookIdx": old["webhookIdx"]})
    webhook = ask("POST", "create", body={"url": "https://shop.example/", "events": ["stamp.expiring"]})["webhookIdx"]
    event = ask("POST", "test", body={"webhookIdx": webhook})
    command = re.sub(r"(webhookIdx\W+)\d+", rf"\g<1>{webhook}", command)
    return re.sub(r"(eventIdx\W+)\d+", rf"\g<1>{event}", command)


class TestCommands:
    def test_every_command_does_what_it_shows(self, visit: Visit, shop: Shop) -> None:
        page = visit.open(DOCS)
        for method, path, operation in operations_of(shop):
            endpoint = operation["operationId"]
            commands = texts(page, f"#{endpoint} {CODE}")
            shown = json.loads(texts(page, f"#{endpoint}-answer")[0])
            verb = "" if method in {"GET", "POST"} else f"-X {method} "
            quote = "" if "requestBody" in operation else "'"
            assert commands
            for number, command in enumerate(commands):
                assert command.startswith(f"curl {verb}{quote}{shop.server.base}{path}")
                answer = run(with_what_exists(command, shop))
                assert (answer["code"], answer["message"]) == (0, ""), command
                if number == 0:
                    assert alike(answer["result"], shown["result"]), command

    def test_the_opening_command_creates_a_stamp(self, visit: Visit, shop: Shop) -> None:
        command = texts(visit.open(DOCS), "#opening-curl")[0]
        assert isinstance(run(command.replace(PLACEHOLDER, shop.alice.key))["result"], int)

    def test_with_the_placeholder_it_says_that_the_key_is_wrong(self, visit: Visit) -> None:
        command = texts(visit.open(DOCS), CODE)[0]
        assert run(command)["code"] == 40102

    @pytest.mark.parametrize("host", ["$(reboot)", "a b", "x'y", "", "stamps.example.com/x"])
    def test_a_host_that_cannot_be_one_gets_into_no_command(self, shop: Shop, host: str) -> None:
        answer = shop.request("GET", DOCS, headers={"Host": host})
        assert answer.status == 200
        assert f"curl https://stampwell.example{CREATE} " in answer.content.decode()

    def test_the_host_is_the_one_that_was_asked(self, shop: Shop) -> None:
        answer = shop.request("GET", DOCS, headers={"Host": "stamps.example.com:8443"})
        assert f"curl http://stamps.example.com:8443{CREATE} " in answer.content.decode()
