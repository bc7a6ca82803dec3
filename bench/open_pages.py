"""A thousand pages that are open at once: what they cost a server, and how soon they learn of a mark."""

import asyncio
import http.client
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from failure import BenchFailed
from generators import percentile
from rounds import Plan
from servers import Server
from stores import Store

PAGES = 1000
_MARKS = 100
_IDLE_S = 10.0
_PATIENCE_S = 10.0

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Opened:
    """more_mib: resident memory of the server beyond that without open pages. core_share: while nothing happens."""

    more_mib: float
    core_share: float
    told_p99_s: float


def measure(server: Server, store: Store, plan: Plan) -> Opened:
    plan.say(f"{server.name}: {PAGES} open pages")
    rows = store.ask(
        "SELECT stamp_id, code FROM stamp WHERE redeemed_at IS NULL AND active AND stamps < max_stamps "
        f"ORDER BY stamp_id DESC LIMIT {PAGES}"
    )
    return asyncio.run(_measure(server, store, [(int(number), str(code)) for number, code in rows]))


async def _measure(server: Server, store: Store, stamps: list[tuple[int, str]]) -> Opened:
    before_mib = server.resident_mib()
    pages = [await _open(server, code) for _, code in stamps]
    try:
        began_ticks, began_s = _ticks(server), time.monotonic()
        await asyncio.sleep(_IDLE_S)
        share = (_ticks(server) - began_ticks) / _TICKS_A_SECOND / (time.monotonic() - began_s)
        after_mib = server.resident_mib()
        step = len(stamps) // _MARKS
        told_us = [
            await _mark_and_wait(server, store, number, page)
            for (number, _), page in list(zip(stamps, pages, strict=True))[::step][:_MARKS]
        ]
    finally:
        for _, writer in pages:
            writer.close()
    return Opened(after_mib - before_mib, share, percentile(sorted(told_us), 99) / 1e6)


_Page = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _open(server: Server, code: str) -> _Page:
    """A stream that has told which version there is."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"GET /stamp/{code}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    status = await reader.readline()
    if b" 200 " not in status:
        raise BenchFailed(f"{server.name} opened no stream: {status!r}")
    await _event(reader)
    return reader, writer


async def _mark_and_wait(server: Server, store: Store, number: int, page: _Page) -> int:
    """Microseconds from the answer of the mark to the event."""
    await asyncio.to_thread(_mark, server, store, number)
    began_ns = time.perf_counter_ns()
    await _event(page[0])
    return (time.perf_counter_ns() - began_ns) // 1000


def _mark(server: Server, store: Store, number: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=_PATIENCE_S)
    headers = {"Authorization": f"APIKey {store.api_key}", "Content-Type": "application/json"}
    connection.request("PUT", "/api/stamp/v1/add", json.dumps({"stampIdx": number}), headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise BenchFailed(f"{server.name} made no mark: {body[:500]!r}")


async def _event(reader: asyncio.StreamReader) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while not (await reader.readline()).startswith(b"data: "):
            pass


def _ticks(server: Server) -> int:
    """Of the processor, that the server has used."""
    fields = Path(f"/proc/{server.process_id}/stat").read_text().rpartition(") ")[2].split()
    return int(fields[11]) + int(fields[12])
