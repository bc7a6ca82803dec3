"""kill -9 in the middle of 32 clients: what was answered is there, once; what was not is there whole or not at all."""

import random
import time

import pytest

from kit.data import Data
from kit.load import Clients, wait_for
from kit.people import ALICES_CARD, open_account
from kit.process import Serve

_KILLS = 10
_CLIENTS = 32

_HALF_WRITTEN = """
SELECT s.stamp_id FROM stamp s
WHERE (SELECT COUNT(*) FROM stamp_event e WHERE e.stamp_id = s.stamp_id AND e.kind = 'issued') <> 1
   OR (SELECT COUNT(*) FROM outbox o WHERE o.stamp_id = s.stamp_id AND o.kind = 'stamp.issued')
    + (SELECT COUNT(*) FROM event v WHERE v.stamp_id = s.stamp_id AND v.type = 'stamp.issued') <> 1
"""
_ORPHANS = "SELECT event_id FROM stamp_event WHERE stamp_id NOT IN (SELECT stamp_id FROM stamp)"


@pytest.fixture
def api_key(database_url: str) -> str:
    with Data(database_url) as data:
        return open_account(data, card_id=ALICES_CARD, now_us=1).key


def test_every_answered_stamp_survives_ten_kills(database_url: str, api_key: str, serve: Serve) -> None:
    moments = random.Random(20261123)
    answered: dict[int, str] = {}
    for kill in range(_KILLS):
        server = serve(database_url=database_url)
        clients = Clients(server.base, api_key, count=_CLIENTS)
        # On a busy machine the first answer may take longer than the moment that is waited then.
        wait_for(lambda clients=clients: clients.answered > 0)  # type: ignore[misc]
        time.sleep(moments.uniform(0.15, 0.6))
        server.kill()
        clients.stop()
        answers = clients.join()
        assert {answer.envelope["code"] for answer in answers} == {0}, f"kill {kill}"
        for answer in answers:
            stamp_idx = answer.envelope["result"]
            assert stamp_idx not in answered, "one number, two stamps"
            answered[stamp_idx] = answer.user_id

    with Data(database_url) as data:
        stored = {row["stamp_id"]: row["user_id"] for row in data.rows("SELECT stamp_id, user_id FROM stamp")}
        assert {stamp_idx: stored.get(stamp_idx) for stamp_idx in answered} == answered
        assert len(answered) > _KILLS * _CLIENTS
        assert data.rows(_HALF_WRITTEN) == []
        assert data.rows(_ORPHANS) == []
        if data.dialect == "sqlite":
            assert data.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
