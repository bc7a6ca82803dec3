"""Deletes what nobody will ask for any more: events, attempts, answers, requests, imports, sessions, links, tries and pictures.

Only by a clock that is to be believed: one that leaps two years ahead for an hour deletes nothing.
"""

import structlog

from stampwell.core.clock import Clock
from stampwell.core.units import DAY_US, HOUR_S
from stampwell.db.database import Database
from stampwell.features.clocks.service import Belief, look_at_clock
from stampwell.features.events.service import heal_events, prune_events
from stampwell.features.idempotency.service import LIFE_US, heal_answers
from stampwell.features.idempotency.service import prune as prune_answers
from stampwell.features.images.service import heal_images, prune_unused
from stampwell.features.imports.service import KEPT_US as IMPORTS_KEPT_US
from stampwell.features.imports.service import heal_imports, prune_imports
from stampwell.features.people.access_links import heal_links, prune_links
from stampwell.features.people.sessions import heal_sessions, prune_sessions
from stampwell.features.people.throttling import prune_tries
from stampwell.features.request_log.service import KEPT_US as REQUESTS_KEPT_US
from stampwell.features.request_log.service import heal_requests
from stampwell.features.request_log.service import prune as prune_requests
from stampwell.features.stamps.refused.refused_tries import KEPT_US as REFUSED_KEPT_US
from stampwell.features.stamps.refused.refused_tries import heal_refused, prune_refused
from stampwell.features.stamps.shared_secrets import prune_secret_tries
from stampwell.features.webhooks.log import forget_deleted, heal_attempts, prune_attempts
from stampwell.workers.supervisor import supervise

_EVERY_S = float(HOUR_S)
_LINKS_KEPT_US = 30 * DAY_US
# As long as an earlier lock makes the next one longer, and a day.
_SECRET_TRIES_KEPT_US = 3 * DAY_US

_HEALERS = (
    heal_events,
    heal_attempts,
    heal_answers,
    heal_requests,
    heal_imports,
    heal_refused,
    heal_sessions,
    heal_links,
    heal_images,
)


async def prune_forever(db: Database, *, clock: Clock, keep_days: int, every_s: float = _EVERY_S) -> None:
    """Never returns."""
    log = structlog.get_logger("stampwell.workers.prune")

    async def turn() -> float:
        # One instant for all of it: a clock that leaps after the look would not have been looked at.
        now_us = clock.now_us()
        belief = await _look(db, now_us, log)
        if belief is Belief.FRESH:
            await _heal(db, now_us, log)
        if belief is not Belief.NO:
            await _prune(db, now_us, log, keep_days=keep_days)
        return every_s

    await supervise(turn, log=log, failed="prune failed", after_fault_s=every_s)


async def _look(db: Database, now_us: int, log: structlog.typing.FilteringBoundLogger) -> Belief:
    try:
        belief = await db.write(look_at_clock, now_us=now_us)
    except Exception:  # without a look nothing is pruned
        log.exception("clock not looked at")
        return Belief.NO
    if belief is Belief.NO:
        log.warning("nothing is pruned until the clock has gone on for a day: it leapt, or the server stood still")
    return belief


async def _heal(db: Database, now_us: int, log: structlog.typing.FilteringBoundLogger) -> None:
    """What a clock that was ahead has left behind would not be pruned before that day comes."""
    for heal in _HEALERS:
        try:
            await db.write(heal, now_us=now_us)
        except Exception:  # each for itself
            log.exception("instants that lie ahead not put right")


async def _prune(db: Database, now_us: int, log: structlog.typing.FilteringBoundLogger, *, keep_days: int) -> None:
    # A fault of one leaves the others at work.
    for prune, age_us in (
        (prune_events, keep_days * DAY_US),
        (prune_attempts, keep_days * DAY_US),
        (forget_deleted, 0),
        (prune_answers, LIFE_US),
        (prune_requests, REQUESTS_KEPT_US),
        (prune_imports, IMPORTS_KEPT_US),
        (prune_refused, REFUSED_KEPT_US),
        (prune_sessions, 0),
        (prune_links, _LINKS_KEPT_US),
        (prune_tries, DAY_US),
        (prune_secret_tries, _SECRET_TRIES_KEPT_US),
        (prune_unused, DAY_US),
    ):
        try:
            before_us = now_us - age_us
            while await db.write(prune, before_us=before_us):
                pass
        except Exception:  # each for itself
            log.exception("prune failed")
