"""Writes refused tries while the server serves."""

import asyncio

import structlog

from stampwell.features.stamps.refused.refusal_recorder import RefusalRecorder
from stampwell.workers.supervisor import supervise

_EVERY_S = 2.0


async def write_refusals_forever(recorder: RefusalRecorder, *, every_s: float = _EVERY_S) -> None:
    """Never returns."""

    async def turn() -> float:
        # A stop must not cut a write in two: `RefusalRecorder.close` writes what it left.
        await asyncio.shield(recorder.write())
        return every_s

    await supervise(
        turn, log=structlog.get_logger("stampwell.workers.refusals"), failed="refused tries not kept", after_fault_s=every_s
    )
