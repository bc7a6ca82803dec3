"""Deletes what nobody will ask for any more: outbox rows, answers, requests, imports, sessions, links, tries and pictures."""

import asyncio

import structlog

from stampwell.core.clock import Clock
from stampwell.db.database import Database
from stampwell.features.idempotency.service import LIFE_US
from stampwell.features.idempotency.service import prune as prune_answers
from stampwell.features.images.service import prune_unused
from stampwell.features.imports.service import KEPT_US as IMPORTS_KEPT_US
from stampwell.features.imports.service import prune_imports
from stampwell.features.people.service import prune_links
from stampwell.features.people.sessions import prune_sessions
from stampwell.features.people.throttling import prune_tries
from stampwell.features.request_log.service import KEPT_US as REQUESTS_KEPT_US
from stampwell.features.request_log.service import prune as prune_requests
from stampwell.features.stamps.service import prune_outbox

_EVERY_S = 3600.0
_DAY_US = 86_400_000_000
_LINKS_KEPT_US = 30 * _DAY_US


async def prune_forever(db: Database, *, clock: Clock, keep_days: int, every_s: float = _EVERY_S) -> None:
    """Never returns and never raises but to be cancelled; a fault is logged and tried again at the next turn."""
    log = structlog.get_logger("stampwell.workers.prune")
    while True:
        # Each for itself: a fault of one leaves the other at work.
        for prune, age_us in (
            (prune_outbox, keep_days * _DAY_US),
            (prune_answers, LIFE_US),
            (prune_requests, REQUESTS_KEPT_US),
            (prune_imports, IMPORTS_KEPT_US),
            (prune_sessions, 0),
            (prune_links, _LINKS_KEPT_US),
            (prune_tries, _DAY_US),
            (prune_unused, _DAY_US),
        ):
            try:
                before_us = clock.now_us() - age_us
                while await db.write(prune, before_us=before_us):
                    pass
            except Exception:  # a worker outlives every fault
                log.exception("prune failed")
        await asyncio.sleep(every_s)
