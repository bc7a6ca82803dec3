"""The answer never arrives: the same request with the same key is answered as the first time, and done once."""

import http.client
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from kit.fault_proxies import CommitFaultProxy, FaultProxy, until_quiet
from kit.load import wait_for
from kit.races import Request, Servers, add, create, ledger_of, redeem
from kit.shop import Answer

_HANG_UPS = 5


class Case(NamedTuple):
    """A keyed request, the card that it is about, and what the ledger of the card's stamps has when it is done once."""

    request: Request
    card: int
    kinds: list[str]


def _add(servers: Servers) -> Case:
    card = servers.new_card()
    return Case(add(servers.new_stamp(card)), card, ["issued", "added"])


def _create(servers: Servers) -> Case:
    card = servers.new_card()
    return Case(create(card), card, ["issued"])


def _redeem(servers: Servers) -> Case:
    card = servers.new_card(renewYn="Y")
    return Case(redeem(servers.new_stamp(card, marks=10)), card, ["issued", "updated", "issued", "redeemed"])


def _bulk(servers: Servers) -> Case:
    card = servers.new_card()
    rows = [create(card).body, create(card).body, {"cardIdx": card}]
    return Case(Request("POST", "stamp/v1/bulk", {"stamps": rows}), card, ["issued", "issued"])


_CASES = [_add, _create, _redeem, _bulk]


@pytest.fixture(params=_CASES, ids=lambda make: make.__name__[1:])
def case(servers: Servers, request: pytest.FixtureRequest) -> Case:
    make: Callable[[Servers], Case] = request.param
    made = make(servers)
    return made._replace(request=made.request.with_key(f"key of card {made.card}"))


@pytest.fixture
def network(servers: Servers) -> Iterator[FaultProxy]:
    """Between a client and the server."""
    address = urlsplit(servers.base)
    between = FaultProxy(address.hostname or "", address.port or 80, word=b"/api/")
    yield between
    between.close()


def test_an_answer_that_was_lost_on_the_way_is_replayed(servers: Servers, case: Case, network: FaultProxy) -> None:
    network.set()
    _lose_answer(servers, case, f"http://127.0.0.1:{network.port}")
    assert _kinds(servers, case) == case.kinds
    _assert_replayed(servers, case, servers.send(case.request))


def test_a_server_killed_after_commit_and_before_its_answer_replays_it_when_it_is_back(
    servers: Servers, case: Case, network: FaultProxy
) -> None:
    network.set(then=servers.kill)
    _lose_answer(servers, case, f"http://127.0.0.1:{network.port}")
    assert servers.processes[-1].process.poll() is not None
    servers.restart()
    _assert_replayed(servers, case, servers.send(case.request))


@pytest.mark.one_database("postgresql")
def test_a_server_killed_before_it_hears_that_postgresql_has_committed_replays_too(servers: Servers, case: Case) -> None:
    address = urlsplit(servers.data.url)
    with closing(CommitFaultProxy(address.hostname or "", address.port or 5432)) as between:
        servers.start(database_url=servers.data.url.replace(f":{address.port}/", f":{between.port}/"))
        assert servers.send(Request("GET", "card/v1/list")).status == 200
        until_quiet(servers.data)
        between.set(then=servers.kill)
        _lose_answer(servers, case, servers.base)
        servers.processes.pop()
    wait_for(lambda: _kinds(servers, case) == case.kinds)
    _assert_replayed(servers, case, servers.send(case.request))


def test_a_client_that_hangs_up_as_soon_as_it_has_asked_finds_it_done_once(servers: Servers, case: Case) -> None:
    address = urlsplit(servers.base)
    for _ in range(_HANG_UPS):
        with socket.create_connection((address.hostname or "", address.port or 80)) as connection:
            connection.sendall(servers.caller.raw(case.request))
    answer = servers.until_answered(case.request)
    assert answer.status == 200
    assert _kinds(servers, case) == case.kinds
    _assert_replayed(servers, case, servers.send(case.request))


def _lose_answer(servers: Servers, case: Case, base: str) -> None:
    with pytest.raises((OSError, http.client.HTTPException)):
        servers.caller.send(base, case.request)


def _assert_replayed(servers: Servers, case: Case, answer: Answer) -> None:
    assert (answer.status, answer.headers["Idempotency-Replayed"]) == (200, "true")
    assert _kinds(servers, case) == case.kinds
    stamps = servers.data.rows("SELECT stamp_id FROM stamp WHERE card_id = :card ORDER BY stamp_id", card=case.card)
    numbers = [row["stamp_id"] for row in stamps]
    for number in numbers:
        ledger_of(servers.data, number)
    if case.request.path == "stamp/v1/create":
        assert answer.result == numbers[0]
    if case.request.path == "stamp/v1/bulk":
        assert [row.get("stampIdx") for row in answer.result] == [*numbers, None]


def _kinds(servers: Servers, case: Case) -> list[str]:
    """What happened to the card's stamps, oldest first."""
    rows = servers.data.rows(
        "SELECT e.kind FROM stamp_event e JOIN stamp s ON s.stamp_id = e.stamp_id WHERE s.card_id = :card ORDER BY e.event_id",
        card=case.card,
    )
    return [row["kind"] for row in rows]
