"""Links and sessions that ended long ago are deleted."""

import asyncio
from contextlib import suppress

from kit.clock import FakeClock
from kit.data import Data
from kit.load import wait_for
from kit.people import ALICES_CARD, open_account
from stampwell.db.opening import open_database
from stampwell.features.people.access_links import link_for
from stampwell.features.people.model import Role
from stampwell.features.people.service import add_person
from stampwell.features.people.sessions import IDLE_US, open_session
from stampwell.workers.prune import prune_forever

_HOUR_US = 3_600_000_000
_DAY_US = 24 * _HOUR_US


def test_links_and_sessions_that_ended_long_ago_go(data: Data) -> None:
    clock = FakeClock()
    now_us = clock.now_us()
    account_id = open_account(data, card_id=ALICES_CARD, now_us=1).account_id
    person = data.write(add_person, account_id, email="a@x.example", name="A", role=Role.OWNER, now_us=now_us)
    # Days ago that it was used or expired; its role is where it says so. A link for a password holds for an hour.
    for days, used in ((0, True), (29, False), (29, True), (31, False), (31, True)):
        at = now_us - days * _DAY_US
        link_id = data.write(link_for, "password", "a@x.example", now_us=at - _HOUR_US).stored.link_id
        data.run("UPDATE access_link SET role = :days WHERE link_id = :link_id", days=str(days), link_id=link_id)
        if used:
            data.run("UPDATE access_link SET used_at = :at WHERE link_id = :link_id", at=at, link_id=link_id)
    for seen_at in (now_us, now_us - IDLE_US - 1):
        data.write(open_session, person, device="", address="", now_us=seen_at)

    def left() -> tuple[int, list[int]]:
        return data.count("session"), sorted(int(row["role"]) for row in data.rows("SELECT role FROM access_link"))

    async def prune() -> None:
        db = open_database(data.url, connections=2)
        await db.start()
        pruning = asyncio.create_task(prune_forever(db, clock=clock, keep_days=30))
        await asyncio.to_thread(wait_for, lambda: left() == (1, [0, 29, 29]))
        pruning.cancel()
        with suppress(asyncio.CancelledError):
            await pruning
        await db.close()

    asyncio.run(prune())
    assert left() == (1, [0, 29, 29])
