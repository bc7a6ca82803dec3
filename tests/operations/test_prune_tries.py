"""The pruner forgets wrong tries when nothing is decided by them any more, and pictures that nothing shows."""

import asyncio
from contextlib import suppress

from kit.clock import FakeClock
from kit.data import Data
from kit.load import wait_for
from kit.people import open_account
from stampwell.db.opening import open_database
from stampwell.workers.prune import prune_forever

_DAY_US = 86_400_000_000
_TRY = "INSERT INTO sign_in_try (subject, failures, since) VALUES (:subject, 1, :since)"
_SECRET_TRY = """
INSERT INTO secret_try (account_id, card_id, stamp_id, secret, network, failures, lockouts, since)
VALUES (:account, 1, 1, 'password', :network, 1, 0, :since)
"""
_PICTURE = """
INSERT INTO image (handle, account_id, media_type, content, created_at)
VALUES (:handle, :account, 'image/webp', :content, :since)
"""


def test_tries_and_pictures_of_days_ago_go(data: Data) -> None:
    clock = FakeClock()
    account_id = open_account(data, now_us=clock.now_us()).account_id
    for name, days in (("kept", 0), ("within", 2), ("old", 4)):
        since = clock.now_us() - days * _DAY_US
        data.run(_TRY, subject=f"email/{name}", since=since)
        data.run(_SECRET_TRY, account=account_id, network=name, since=since)
        data.run(_PICTURE, handle=name.ljust(32, "0"), account=account_id, content=b"RIFF", since=since)

    def left() -> tuple[int, ...]:
        with Data(data.url) as own:
            return own.count("sign_in_try"), own.count("secret_try"), own.count("image")

    async def prune() -> None:
        db = open_database(data.url, connections=2)
        await db.start()
        pruning = asyncio.create_task(prune_forever(db, clock=clock, keep_days=30))
        try:
            await asyncio.to_thread(wait_for, lambda: left() == (1, 2, 1))
        finally:
            pruning.cancel()
            with suppress(asyncio.CancelledError):
                await pruning
            await db.close()

    asyncio.run(prune())
    assert data.rows("SELECT subject FROM sign_in_try") == [{"subject": "email/kept"}]
    assert {row["network"] for row in data.rows("SELECT network FROM secret_try")} == {"kept", "within"}
    assert data.rows("SELECT handle FROM image") == [{"handle": "kept".ljust(32, "0")}]
