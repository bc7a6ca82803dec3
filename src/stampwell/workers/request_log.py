"""Writes the log of requests while the server serves."""

import asyncio

import structlog

from stampwell.features.request_log.recorder import Recorder

_EVERY_S = 2.0


async def write_requests_forever(recorder: Recorder, *, every_s: float = _EVERY_S) -> None:
    """Never returns and never raises but to be cancelled; a fault is logged and tried again at the next turn."""
    log = structlog.get_logger("stampwell.workers.request_log")
    while True:
        await recorder.due(every_s)
        stored = False
        try:
            # A stop must not cut a write in two: `Recorder.close` waits for its end.
            stored = await asyncio.shield(recorder.write())
        except Exception:  # a worker outlives every fault
            log.exception("requests not logged")
        if not stored:
            await asyncio.sleep(every_s)
