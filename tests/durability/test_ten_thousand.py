"""10,000 creations over 32 connections: as many numbers, as many codes, all of them there."""

from kit.data import Data
from kit.load import Clients
from kit.people import ALICES_CARD, open_account
from kit.process import Serve

_CLIENTS = 32
_EACH = 313


def test_ten_thousand_creations(database_url: str, serve: Serve) -> None:
    with Data(database_url) as data:
        api_key = open_account(data, card_id=ALICES_CARD, now_us=1).key
    server = serve(database_url=database_url)

    answers = Clients(server.base, api_key, count=_CLIENTS, each=_EACH).join()

    assert len(answers) == _CLIENTS * _EACH
    assert {answer.envelope["code"] for answer in answers} == {0}
    assert server.stop() == 0
    with Data(database_url) as data:
        stored = data.rows("SELECT stamp_id, code, user_id FROM stamp")
        assert len({row["code"] for row in stored}) == len(stored) == len(answers)
        # The answer that went to a client is the stamp that it asked for.
        assert {(answer.envelope["result"], answer.user_id) for answer in answers} == {
            (row["stamp_id"], row["user_id"]) for row in stored
        }
        assert data.count("stamp_event") == data.count("told") == len(answers)
