"""Open cards and several processes: a mark made anywhere is told everywhere, and a stop waits for no open card."""

import threading
import time

from kit.data import Data
from kit.databases import Databases
from kit.events import events
from kit.people import open_account
from kit.process import Serve
from kit.races import Caller, Request, Servers, add, create


def test_a_mark_made_by_one_process_is_told_by_the_other_within_two_seconds(servers: Servers) -> None:
    stamp = servers.new_stamp(servers.new_card())
    path = f"/stamp/{servers.stamp(stamp)['code']}/events"
    here, there = servers.processes[0], servers.processes[1]
    with events(here.base, path) as stream:
        shown = stream.next()
        began = time.monotonic()
        assert servers.caller.send(there.base, add(stamp)).status == 200
        told = stream.next()
        assert time.monotonic() - began < 2
    assert told.data != shown.data


def test_an_open_card_does_not_hold_up_a_stop(serve: Serve, databases: Databases, dialect: str) -> None:
    url = databases.fresh(dialect)
    with_data = Data(url)
    try:
        person = open_account(with_data, now_us=1)
    finally:
        with_data.close()
    server = serve(database_url=url)
    caller = Caller(person.key)
    stamp = caller.send(server.base, create(person.card_id)).result
    code = caller.send(server.base, Request("GET", f"stamp/v1/get?stampIdx={stamp}")).result["code"]
    with events(server.base, f"/stamp/{code}/events") as stream:
        stream.next()
        began = time.monotonic()
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        stopping.join(20)
        assert time.monotonic() - began < 3
    assert server.process.returncode == 0
