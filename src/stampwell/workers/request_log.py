"""Writes the log of requests while the server serves."""

import asyncio

import structlog

from stampwell.features.request_log.recorder import Recorder
from stampwell.workers.supervisor import supervise

_EVERY_S = 2.0


async def write_requests_forever(recorder: Recorder, *, every_s: float = _EVERY_S) -> None:
    """Never returns."""

    async def turn() -> float:
        await recorder.due(every_s)
        # A stop must not cut a write in two: `Recorder.close` waits for its end.
        while await asyncio.shield(recorder.write()):
            await recorder.due(every_s)
        return every_s

    await supervise(
        turn, log=structlog.get_logger("stampwell.workers.request_log"), failed="requests not logged", after_fault_s=every_s
    )
