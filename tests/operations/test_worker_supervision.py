"""What keeps the workers' loops going: when it waits, how long, and what it logs."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from stampwell.core.errors import DatabaseUnavailable
from stampwell.workers.supervisor import supervise

pytestmark = pytest.mark.one_database

_AWAY = DatabaseUnavailable("no room")


def _run(ends: Sequence[float | BaseException | None], **given: Any) -> tuple[list[str | float], list[Any]]:
    """What happened in order, turns and waits, and what was logged; the turns end as is said."""
    happened: list[str | float] = []
    turns = iter(ends)

    async def turn() -> float | None:
        happened.append("turn")
        end = next(turns)
        if isinstance(end, BaseException):
            raise end
        return end

    async def sleep(seconds: float) -> None:
        happened.append(seconds)

    with capture_logs() as logs:
        asyncio.run(
            supervise(turn, log=structlog.get_logger(), failed="it failed", after_fault_s=10, sleep=sleep, **given),
        )
    return happened, logs


def test_it_waits_as_long_as_the_turn_says_and_ends_when_it_says_so() -> None:
    assert _run([1, 0, 2.5, None]) == (["turn", 1, "turn", 0, "turn", 2.5, "turn"], [])


def test_it_waits_before_the_first_turn_where_that_is_asked_for() -> None:
    assert _run([1, None], first_s=60) == ([60, "turn", 1, "turn"], [])


@pytest.mark.parametrize("fault", [RuntimeError("x"), ExceptionGroup("several", [ValueError("y")]), _AWAY])
def test_a_fault_is_logged_with_its_traceback_and_tried_again_after_the_pause(fault: Exception) -> None:
    happened, logs = _run([fault, None])
    assert happened == ["turn", 10, "turn"]
    assert logs == [{"event": "it failed", "log_level": "error", "exc_info": True}]


def test_a_database_that_is_away_can_be_a_warning() -> None:
    happened, logs = _run([_AWAY, RuntimeError("x"), None], unavailable="it waits")
    assert happened == ["turn", 10, "turn", 10, "turn"]
    assert [(line["event"], line["log_level"], line.get("cause")) for line in logs] == [
        ("it waits", "warning", "no room"),
        ("it failed", "error", None),
    ]


def test_it_can_be_cancelled_in_a_turn_and_while_it_waits() -> None:
    with pytest.raises(asyncio.CancelledError):
        _run([asyncio.CancelledError()])

    async def main() -> bool:
        waits = asyncio.Event()

        async def turn() -> float:
            waits.set()
            return 3600

        task = asyncio.create_task(supervise(turn, log=structlog.get_logger(), failed="it failed", after_fault_s=10))
        await waits.wait()
        await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        return task.cancelled()

    assert asyncio.run(main())
