"""The programs of `/api/docs`, in every language against a real server."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from api_programs import Failed, run
from browsing import Visit
from docs_page import DOCS, LANGUAGES, operations_of, programs_of, texts

from kit.clock import START
from kit.people import ALICES_CARD
from kit.shop import CREATE, Shop, least
from stampwell.features.stamps.contract.examples import SAMPLE_SALE

PLACEHOLDER = "sk_live_YOUR_KEY"


def alike(answered: Any, shown: Any) -> bool:
    """Of the same type, and of an object the same members."""
    if isinstance(shown, dict):
        return isinstance(answered, dict) and list(answered) == list(shown)
    return type(answered) is type(shown)


def with_what_exists(code: str, path: str, shop: Shop) -> str:
    """The program as somebody would run it: with their key, and a stamp and a card of theirs in the shown ones' place."""
    stamp = shop.create(shop.alice, least()).result
    if path.endswith(("/remove", "/redeem")):
        full = {"stampIdx": stamp, "stamps": 10}
        shop.request("PUT", "/api/stamp/v1/update", by=shop.alice, body=full)
    if path.startswith("/api/card/"):
        card = shop.request("POST", "/api/card/v1/create", by=shop.alice, body={"cardNm": "Tea", "maxStamps": 10}).result
        code = re.sub(r"(cardIdx\W+)\d+", rf"\g<1>{card}", code)
    if path.endswith("/reverse"):
        sale = {"stampIdx": stamp, "orderRef": SAMPLE_SALE}
        shop.request("PUT", "/api/stamp/v1/add", by=shop.alice, body=sale)
    if path.endswith("/merge"):
        for name, number in (("from", stamp), ("into", shop.create(shop.alice, least()).result)):
            code = re.sub(rf"({name}StampIdx\W+)\d+", rf"\g<1>{number}", code)
    if path.startswith("/api/webhook/"):
        code = _with_webhook(code, shop)
    for name in ("Station kiosk", "Old harbour"):  # no two locations have one name
        code = code.replace(name, f"{name} {stamp}")
    if "locationIdx" in code:
        body = {"locationNm": f"Branch of {stamp}"}
        location = shop.request("POST", "/api/location/v1/create", by=shop.alice, body=body).result
        code = re.sub(r"(locationIdxs?\W+)\d+", rf"\g<1>{location}", code)
    code = re.sub(r"(stampIdx\W+)\d+", rf"\g<1>{stamp}", code)
    return code.replace(PLACEHOLDER, shop.alice.key)


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


@pytest.mark.parametrize("language", LANGUAGES)
class TestPrograms:
    def test_every_one_does_what_it_shows(self, visit: Visit, shop: Shop, language: str) -> None:
        page = visit.open(DOCS)
        for _, path, operation in operations_of(shop):
            endpoint = operation["operationId"]
            programs = programs_of(page, endpoint, language)
            shown = json.loads(texts(page, f"#{endpoint}-answer")[0])["result"]
            assert len(programs) == len(programs_of(page, endpoint, "curl")) > 0
            for number, program in enumerate(programs):
                said = run(language, with_what_exists(program, path, shop))
                if language == "curl":
                    answer = json.loads(said)
                    assert (answer["code"], answer["message"]) == (0, ""), program
                    assert number > 0 or alike(answer["result"], shown), program
                elif type(shown) is int:
                    assert said.strip().isdigit(), program

    def test_the_opening_creates_a_stamp(self, visit: Visit, shop: Shop, language: str) -> None:
        (program,) = programs_of(visit.open(DOCS), "opening", language)
        said = run(language, program.replace(PLACEHOLDER, shop.alice.key))
        stamp = json.loads(said)["result"] if language == "curl" else int(said)
        assert shop.get("/api/stamp/v1/get", shop.alice, stampIdx=stamp).result["cardIdx"] == ALICES_CARD

    def test_with_the_placeholder_it_says_that_the_key_is_wrong(self, visit: Visit, language: str) -> None:
        (program,) = programs_of(visit.open(DOCS), "opening", language)
        if language == "curl":
            assert json.loads(run(language, program))["code"] == 40102
            return
        with pytest.raises(Failed, match="API key"):
            run(language, program)


class TestDays:
    def test_the_stamp_of_the_example_is_valid_today_and_for_months(self, visit: Visit) -> None:
        (command,) = programs_of(visit.open(DOCS), "opening", "curl")
        body = json.loads(command.split("-d '")[1].rstrip("'"))
        today = START.date()
        assert body["strtYmd"] < str(today) < str(today + timedelta(days=300)) < body["endYmd"]

    def test_the_page_of_the_next_year_has_other_days(self, shop: Shop) -> None:
        first = "strtYmd=&#34;2026-01-02&#34;"
        assert first in shop.request("GET", DOCS).content.decode()
        shop.clock.set(START + timedelta(days=365))
        page = shop.request("GET", DOCS).content.decode()
        shop.clock.set(START)
        assert (first in page, "strtYmd=&#34;2027-01-02&#34;" in page) == (False, True)


class TestHosts:
    @pytest.mark.parametrize("host", ["$(reboot)", "a b", "x'y", "", "stamps.example.com/x"])
    def test_a_host_that_cannot_be_one_gets_into_no_command(self, shop: Shop, host: str) -> None:
        answer = shop.request("GET", DOCS, headers={"Host": host})
        assert answer.status == 200
        assert f"curl https://stampwell.example{CREATE} " in answer.content.decode()

    def test_the_host_is_the_one_that_was_asked(self, shop: Shop) -> None:
        answer = shop.request("GET", DOCS, headers={"Host": "stamps.example.com:8443"})
        assert f"curl http://stamps.example.com:8443{CREATE} " in answer.content.decode()
