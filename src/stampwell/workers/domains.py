"""Looks for the proofs of custom domains: every one once a day, young unverified ones every ten minutes."""

import asyncio

import structlog

from stampwell.core.clock import Clock
from stampwell.db.database import Database
from stampwell.features.domains.checking import DomainChecker
from stampwell.features.domains.model import Domain
from stampwell.features.domains.service import claim_due, note_check
from stampwell.workers.supervisor import Sleep, supervise

_TURN_S = 60.0
_AT_ONCE = 10


async def check_domains_forever(db: Database, *, checker: DomainChecker, clock: Clock, sleep: Sleep = asyncio.sleep) -> None:
    """Never returns."""

    async def turn() -> float:
        await check_due(db, checker=checker, clock=clock)
        return _TURN_S

    await supervise(
        turn,
        log=structlog.get_logger("stampwell.workers.domains"),
        failed="check of domains failed",
        after_fault_s=_TURN_S,
        first_s=_TURN_S,
        sleep=sleep,
    )


async def check_due(db: Database, *, checker: DomainChecker, clock: Clock) -> None:
    """Checks every domain whose turn it is, and that no other process has taken."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def check(domain: Domain) -> None:
        async with turn:
            outcome = await checker.check(domain)
        now_us = clock.now_us()
        await db.write(note_check, domain.account_id, domain.domain_id, outcome=outcome, actor=None, now_us=now_us)

    async with asyncio.TaskGroup() as checks:
        for domain in await db.write(claim_due, now_us=clock.now_us()):
            checks.create_task(check(domain))
