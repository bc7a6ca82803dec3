"""Delivers events to webhooks: takes what is due in hand, sends it, and writes down how that ended.

No transaction is open while something is sent. In one transaction a turn writes down all that has ended, and takes more.
"""

import asyncio
import socket
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from os import getpid
from secrets import SystemRandom, token_hex
from typing import NamedTuple

import structlog

from stampwell.core.clock import Clock
from stampwell.core.units import SECOND_US
from stampwell.db.database import Database, Tx
from stampwell.features.webhooks.bodies import body_of, message_id
from stampwell.features.webhooks.delivering import (
    Claimed,
    Notice,
    claim,
    release_others,
    say_alive,
    start,
    stop,
    what_is_due,
    write_down,
)
from stampwell.features.webhooks.model import DeliveryKey
from stampwell.features.webhooks.outcomes import Ended
from stampwell.features.webhooks.signing import signed_headers
from stampwell.outbound.client import OutboundClient
from stampwell.outbound.no_answer import NoAnswer
from stampwell.workers.busy import BusyMeter
from stampwell.workers.supervisor import supervise

_log = structlog.get_logger("stampwell.workers.deliveries")

AT_ONCE = 16
"""Requests to one webhook at the same time."""

IN_HAND = 64
"""Deliveries to one webhook that a process has in hand: while some are sent, others wait for their turn."""

LONGEST_ANSWER = 500
"""Characters of an answer that the log keeps."""

_TURN_S = 0.1
# While the server is busy: a turn costs requests more than what it sends.
_LONGEST_TURN_S = 1.0
# After the first of a turn has ended: writing down several costs hardly more than one.
_GATHER_S = 0.01
_CHANCES = SystemRandom()
# While the server has nothing else to do; a turn then lasts until anything ends.
_MOST_A_TURN = 200
_AFTER_A_FAULT_S = 5.0
# A process that has something in hand is heard of more often than others give it up.
_HEARD_OF_S = 3.0
# At the end of the server, for what is being sent.
_PATIENCE_S = 3.0


class Told(NamedTuple):
    """Whom a worker tells what.

    attempt: of each that ended. due: since when anything is due, by the number of its webhook. notice: of each webhook whose
    owner has to know something.
    """

    attempt: Callable[[Ended], None]
    due: Callable[[Mapping[int, int]], None]
    notice: Callable[[Notice], None]


async def deliver_forever(db: Database, *, client: OutboundClient, clock: Clock, busy: BusyMeter, told: Told) -> None:
    """Never returns. Cancelled, it waits a little for what is being sent. busy: says how much to take in hand at once."""
    worker = DeliveryWorker(db, client=client, clock=clock, busy=busy, told=told)
    try:
        await supervise(
            worker.turn,
            log=_log,
            failed="delivery of webhooks failed",
            unavailable="delivery of webhooks waits",
            after_fault_s=_AFTER_A_FAULT_S,
        )
    finally:
        await worker.close()


class DeliveryWorker:
    """One process's part of the deliveries. Close it."""

    def __init__(self, db: Database, *, client: OutboundClient, clock: Clock, busy: BusyMeter, told: Told) -> None:
        self.name = f"{socket.gethostname()}-{getpid()}-{token_hex(4)}"
        self._db = db
        self._client = client
        self._clock = clock
        self._busy = busy
        self._told = told
        self._in_hand = Counter[int]()
        self._last_served = 0
        self._taken: set[DeliveryKey] = set()
        self._is_in_doubt = False
        self._lanes = defaultdict[int, asyncio.Semaphore](lambda: asyncio.Semaphore(AT_ONCE))
        self._sending: set[asyncio.Task[None]] = set()
        self._ended: list[Ended] = []
        self._has_ended = asyncio.Event()
        self._heard_of_s = float("-inf")

    async def turn(self) -> float:
        """Answers how long to wait for the next one: not at all, because it waits itself for anything to end."""
        await self._wait()
        if self._heard_of_s == float("-inf"):
            await self._be_heard_of(start)
        if self._sending:
            await self._be_heard_of(say_alive)
        if self._ended or await self._is_anything_due():
            # First, or another process that claims at the same moment could take the same deliveries.
            await self._be_heard_of(say_alive)
            await self._write_and_claim()
        return 0.0

    async def close(self) -> None:
        """What is being sent has a little time to end; the rest is free for other processes."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=_PATIENCE_S)
        for task in self._sending:
            task.cancel()
        with suppress(Exception):  # the database may be gone, and others find out by themselves
            ended, self._ended = self._ended, []
            now_us = self._clock.now_us()
            await self._db.write(lambda tx: write_down(tx, self.name, ended, now_us=now_us))
            await self._db.write(stop, self.name, now_us=now_us)

    async def _wait(self) -> None:
        if self._busy.spare < 1:
            await asyncio.sleep(self._turn_s)
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._has_ended.wait(), _TURN_S)
            await asyncio.sleep(_GATHER_S)
        self._has_ended.clear()

    @property
    def _turn_s(self) -> float:
        """The less there is to spare, the longer; what a turn takes in hand is for all of it."""
        return min(_TURN_S / self._busy.spare, _LONGEST_TURN_S)

    async def _be_heard_of(self, unit: Callable[..., None]) -> None:
        """Unless that was a short time ago."""
        if time.monotonic() - self._heard_of_s > _HEARD_OF_S:
            await self._db.write(unit, self.name, now_us=self._clock.now_us())
            self._heard_of_s = time.monotonic()

    async def _is_anything_due(self) -> bool:
        due = await self._db.read(what_is_due, now_us=self._clock.now_us())
        self._told.due(due)
        return any(self._in_hand[webhook_id] < IN_HAND for webhook_id in due)

    async def _write_and_claim(self) -> None:
        ended = self._ended
        now_us, in_hand = self._clock.now_us(), self._in_hand - Counter(one.delivery.webhook_id for one in ended)

        def unit(tx: Tx) -> tuple[list[Notice], list[Claimed]]:
            if in_doubt:
                release_others(tx, self.name, self._taken)
            notices = write_down(tx, self.name, ended, now_us=now_us) if ended else []
            last = self._last_served
            return notices, claim(tx, self.name, in_hand, at_once=IN_HAND, most=most, last_served=last, now_us=now_us)

        count = len(ended)
        ended = list(ended)
        most = round(_MOST_A_TURN * self._busy.spare * self._turn_s / _TURN_S) or 1
        # If this fails it may be committed all the same, and no process would send what it took.
        in_doubt, self._is_in_doubt = self._is_in_doubt, True
        notices, claimed = await self._db.write(unit)
        self._is_in_doubt = False
        # What fails to be written down is tried again in the next turn.
        self._ended = self._ended[count:]
        self._in_hand = in_hand
        for webhook_id in self._lanes.keys() - in_hand.keys():
            del self._lanes[webhook_id]
        for one in ended:
            self._told.attempt(one)
        for notice in notices:
            self._told.notice(notice)
        self._taken -= {one.delivery.key for one in ended}
        self._taken |= {one.delivery.key for one in claimed}
        if claimed:
            self._last_served = claimed[-1].delivery.webhook_id
        for delivery in claimed:
            self._in_hand[delivery.webhook.webhook_id] += 1
            task = asyncio.create_task(self._deliver(delivery))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _deliver(self, claimed: Claimed) -> None:
        async with self._lanes[claimed.webhook.webhook_id]:
            ended = await self._attempt(claimed)
        self._ended.append(ended)
        self._has_ended.set()

    async def _attempt(self, claimed: Claimed) -> Ended:
        webhook, body = claimed.webhook, body_of(claimed.event, claimed.webhook)
        now_us, began_s = self._clock.now_us(), time.monotonic()
        name = message_id(claimed.event, webhook)
        headers = signed_headers(name, body, signing=webhook.secrets(now_us), now_us=now_us)
        status, retry_after_us = None, 0
        try:
            answer = await self._client.post(webhook.url, headers=headers, body=body)
        except NoAnswer as error:
            text = str(error)
            if error.address is not None:
                _log.warning("webhook not allowed", url=webhook.url, address=error.address)
        except Exception:  # noqa: BLE001 - whatever it is, the delivery is tried again
            _log.exception("webhook not sent", url=webhook.url)
            text = "The event could not be sent."
        else:
            status, text = answer.status, answer.text
            retry_after_us = _retry_after_us(answer.headers.get("retry-after", ""), now_us)
        return Ended(
            delivery=claimed.delivery,
            started_at=now_us,
            milliseconds=round(1000 * (time.monotonic() - began_s)),
            status=status,
            answer=text[:LONGEST_ANSWER],
            retry_after_us=retry_after_us,
            chance=_CHANCES.random(),
        )


def _retry_after_us(header: str, now_us: int) -> int:
    """Seconds, or an instant, as HTTP has it; 0 for anything else."""
    if header.isascii() and header.isdigit():
        return int(header[:9]) * SECOND_US
    with suppress(ValueError, TypeError, OverflowError):
        return max(0, round(parsedate_to_datetime(header).timestamp()) * SECOND_US - now_us)
    return 0
