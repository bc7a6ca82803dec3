"""Stamps of every kind that 0.2 has made, in an upgraded database: answered as 0.2 did, byte for byte, and marked as then.

`files/release-0.2.json.gz` was made by `record_release.py` in the tree of 0.2.
"""

import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from record_release import ASKED, TABLES

from kit.data import Data
from kit.databases import Databases
from kit.people import Person, add_key
from kit.proofs import prove_shop
from kit.shop import Shop
from kit.shops import OpenShop
from kit.upgrade import migrate_to
from stampwell.core.actors import Actor
from stampwell.core.days import stored_zone
from stampwell.db.migrations.__main__ import main as migrate
from stampwell.features.stamps.model import EventMeta
from stampwell.features.stamps.undo import rule_of_member, undo

_RECORDED = Path(__file__).parent / "files" / "release-0.2.json.gz"
_FLAGS = "SELECT column_name FROM information_schema.columns WHERE table_name = :table_name AND data_type = 'boolean'"
_NUMBERED = {"account": "account_id", "card": "card_id", "person": "person_id", "stamp": "stamp_id", "stamp_event": "event_id"}

# What 0.2 ends a stamp and a row of the history with; no text of a customer has a quote that is not escaped.
_LAST_OF_STAMP = re.compile(r'("renewedStampIdx":(?:null|\d+))\}')
_LAST_OF_ROW = re.compile(r'("recordedYmdt":"[^"]+")\}')
_NEW_OF_STAMP = r'\1,"rewards":[],"mergedStampIdx":null}'


class _Said(NamedTuple):
    method: str
    path: str
    body: dict[str, Any]
    status: int
    text: str


class _Upgraded(NamedTuple):
    shop: Shop
    person: Person
    recorded: Mapping[str, Any]

    def said(self, part: str) -> list[_Said]:
        return [_Said(*said) for said in self.recorded[part]]

    def say(self, said: _Said, **headers: str) -> tuple[int, str]:
        """Status and text of the answer to the same."""
        is_query = said.method in {"GET", "DELETE"}
        asked: dict[str, Any] = {"query": said.body} if is_query else {"body": said.body}
        answer = self.shop.request(said.method, said.path, by=self.person, headers=headers, **asked)
        return answer.status, answer.content.decode()


@pytest.fixture(scope="module")
def recorded() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(gzip.decompress(_RECORDED.read_bytes()))
    return found


@pytest.fixture
def upgraded(databases: Databases, dialect: str, recorded: Mapping[str, Any], open_shop: OpenShop) -> _Upgraded:
    url = databases.empty(dialect)
    migrate_to(url, recorded["revision"])
    with Data(url) as data:
        _fill(data, recorded)
    migrate(url)
    shop = open_shop(dialect, database_url=url)
    shop.clock.set(ASKED)
    key, key_id = add_key(shop.data, recorded["account"], now_us=shop.clock.now_us())
    return _Upgraded(shop, Person("Beans of Old", recorded["account"], 0, key, key_id), recorded)


def _fill(data: Data, recorded: Mapping[str, Any]) -> None:
    is_postgresql = data.dialect == "postgresql"
    for table in TABLES:
        flags = {row["column_name"] for row in data.rows(_FLAGS, table_name=table)} if is_postgresql else set()
        rows = [{name: _value(value, name in flags) for name, value in row.items()} for row in recorded["rows"][table]]
        data.write(_insert, table, rows)
    for table, column in _NUMBERED.items():
        last = recorded["last"][table]
        if is_postgresql:
            data.write(_set_last, f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), :last)", last)
        else:
            data.run("UPDATE sqlite_sequence SET seq = :last WHERE name = :name", last=last, name=table)
    # Of the cursors that were given out.
    data.run("UPDATE secret SET value = :value WHERE name = 'cursor'", value=recorded["secret"])


def _value(value: object, is_flag: bool) -> object:
    return bool(value) if is_flag else value


def _insert(tx: Any, table: str, rows: list[dict[str, object]]) -> None:
    for row in rows:
        tx.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})", **row)


def _set_last(tx: Any, sql: str, last: int) -> None:
    tx.one(sql, last=last)


def _as_now(said: _Said) -> str:
    """What 0.2 said, with the members that came since."""
    if not said.path.endswith("/history"):
        return _LAST_OF_STAMP.sub(_NEW_OF_STAMP, said.text)
    # Newest first.
    sequences = iter(range(len(_LAST_OF_ROW.findall(said.text)), 0, -1))

    def with_new(found: re.Match[str]) -> str:
        return (
            f'{found[1]},"sequence":{next(sequences)},"locationIdx":null,"rewards":null,"carried":null,"mergedStampIdx":null}}'
        )

    return _LAST_OF_ROW.sub(with_new, said.text)


def test_stamps_lists_and_histories_are_answered_as_before(upgraded: _Upgraded) -> None:
    for said in upgraded.said("asked"):
        status, text = upgraded.say(said)
        if status == 200 == said.status:
            assert text == _as_now(said), (said.path, said.body)
        else:
            # The sentences of some refusals are others since.
            assert (status, json.loads(text)["code"]) == (said.status, json.loads(said.text)["code"]), (said.path, said.body)


def test_the_recording_has_stamps_of_every_kind(recorded: Mapping[str, Any]) -> None:
    asked = [_Said(*said) for said in recorded["asked"]]
    codes = {json.loads(said.text)["code"] for said in asked}
    assert codes >= {0, 40403, 40901, 40903, 40904}
    stamps = [json.loads(said.text)["result"] for said in asked if said.path.endswith("/get") and said.status == 200]
    assert len(stamps) > 140
    for name in ("memo", "userNm", "userEtc1", "stampImgUrl", "useYmdt", "renewedStampIdx"):
        assert {stamp[name] is None for stamp in stamps} == {True, False}, name
    assert {stamp["onsiteYn"] for stamp in stamps} == {stamp["activeYn"] for stamp in stamps} == {"Y", "N"}
    assert {0, 5} < {stamp["stamps"] for stamp in stamps}
    kinds = {(row["kind"], row["actor_kind"]) for row in recorded["rows"]["stamp_event"]}
    assert kinds >= {("added", "staff"), ("removed", "staff"), ("redeemed", "api_key"), ("updated", "api_key")}


def test_what_was_done_under_a_key_is_not_done_again(upgraded: _Upgraded) -> None:
    before = upgraded.shop.data.stored()
    for said in upgraded.said("keyed"):
        assert upgraded.say(said, **{"Idempotency-Key": f"add-{said.body['stampIdx']}"}) == (said.status, said.text)
    assert upgraded.shop.data.stored() == before


def test_they_are_marked_corrected_and_redeemed_as_before(upgraded: _Upgraded) -> None:
    for said in upgraded.said("acted"):
        status, text = upgraded.say(said)
        if status == 200 == said.status:
            assert text == _as_now(said), (said.path, said.body)
        else:
            assert (status, json.loads(text)["code"]) == (said.status, json.loads(said.text)["code"]), (said.path, said.body)
    proved = prove_shop(upgraded.shop)
    assert (proved.status, proved.json["differences"]) == (0, [])
    assert proved.json["stamps"] >= len(upgraded.recorded["rows"]["stamp"])


def test_the_ledger_is_proved_and_numbers_every_row(upgraded: _Upgraded) -> None:
    proved = prove_shop(upgraded.shop)
    assert (proved.status, proved.json["differences"]) == (0, [])
    for stamp in upgraded.recorded["rows"]["stamp"]:
        rows = upgraded.shop.data.ledger(stamp["stamp_id"])
        assert [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))


def test_a_mark_of_before_is_undone_by_who_made_it(upgraded: _Upgraded) -> None:
    """As long as it is the last thing that happened to the stamp."""
    data, account_id = upgraded.shop.data, upgraded.person.account_id
    last = {row["stamp_id"]: row for row in upgraded.recorded["rows"]["stamp_event"]}
    undone = [row for row in last.values() if (row["kind"], row["actor_kind"]) == ("added", "staff")]
    assert undone
    for row in undone:
        actor = Actor("staff", row["actor_id"], row["channel"])
        meta = EventMeta(actor, row["recorded_at"] + 1, stored_zone("America/New_York"))
        rule = rule_of_member(actor, corrections=False)
        applied = data.write(undo, account_id, row["stamp_id"], row["event_id"], rule=rule, meta=meta)
        assert applied.after.stamps == row["stamps_before"] == data.stamp(row["stamp_id"])["stamps"]
        assert data.ledger(row["stamp_id"])[-1]["sequence"] == len(data.ledger(row["stamp_id"]))
