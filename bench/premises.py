"""A shop around its stamps, so that every page of the dashboard has something to show, and somebody who is signed in."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from failure import BenchFailed
from stores import Store

from stampwell.core.actors import OPERATOR, staff_actor
from stampwell.core.clock import SystemClock
from stampwell.db.database import Database, Tx
from stampwell.db.opening import open_database
from stampwell.features.audit.model import NewAuditEntry
from stampwell.features.audit.service import page_entries, record
from stampwell.features.cards import service as cards
from stampwell.features.domains import service as domains
from stampwell.features.images.model import Picture
from stampwell.features.images.service import store as store_picture
from stampwell.features.imports import service as imports
from stampwell.features.imports.uploads import read_upload
from stampwell.features.keys import service as keys
from stampwell.features.keys.model import ALL_SCOPES
from stampwell.features.people import access_links as people_links
from stampwell.features.people import service as people
from stampwell.features.people.model import Member, Role
from stampwell.features.people.sessions import open_session
from stampwell.features.request_log import service as request_log
from stampwell.features.request_log.blocks import MOST_REQUESTS, pack
from stampwell.features.stamps.ledger.projection import apply_batch, read_batch, read_offset

_CARDS, _PEOPLE, _KEYS, _DOMAINS, _IMPORTS = 50, 20, 50, 20, 9
_DEEDS = 10_000
_REQUESTS = 200_000
_ROWS = 20_000
_NEWEST = 2**62
_LARGE_BITE = 20_000
_ENDED_IMPORTS = """
INSERT INTO import_job (account_id, person_id, file_name, mapping, state, dry_run, rows_in_all, rows_done, issued,
    already_issued, refused, created_at, finished_at)
SELECT account_id, person_id, file_name, mapping, 'done', :dry_run, rows_in_all, rows_in_all, rows_in_all - 10, 0, 10,
    created_at, created_at
FROM import_job
"""
_PART = re.compile(r"\{(\w+)(?::\w+)?\}")
_LINKS = {"join": "invitation", "enter": "sign_in", "password": "password"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Premises:
    """session: the cookie of an owner. parts: of paths, by name. links: tokens that are still good, by the part before them."""

    session: str
    parts: Mapping[str, object]
    links: Mapping[str, str]

    def path(self, template: str) -> str:
        """The address of that page here."""

        def part(found: re.Match[str]) -> str:
            before = template[: found.start()].rstrip("/").rpartition("/")[2]
            known = self.links if found[1] == "token" else self.parts
            name = before if found[1] == "token" else found[1]
            if name not in known:
                raise BenchFailed(f"{template}: bench/premises.py has no {found[1]} for this page")
            return str(known[name])

        return _PART.sub(part, template)


def lay_out(store: Store) -> Premises:
    """Fills the account, whose stamps are there already."""
    return _run(store, lambda db: db.write(_lay_out, store.account_id, SystemClock().now_us()))


def digest_all_but(store: Store, events: int) -> None:
    """Digests the ledger up to its last so many events: quickly, because nobody else is there."""

    async def work(db: Database) -> None:
        while True:
            mark, last = await db.read(read_offset)
            limit = min(_LARGE_BITE, last - events - mark)
            bite = await db.read(read_batch, last=last, limit=limit) if limit > 0 else None
            if bite is None:
                return
            await db.write(apply_batch, bite)

    _run(store, work)


def _run(store: Store, work: Callable[[Database], object]) -> T:
    async def main() -> T:
        db = open_database(store.url, connections=1)
        await db.start()
        try:
            return await work(db)  # type: ignore[misc]
        finally:
            await db.close()

    return asyncio.run(main())


def _lay_out(tx: Tx, account_id: int, now_us: int) -> Premises:
    everybody = [
        people.add_person(tx, account_id, email=f"p{number}@bean.example", name=f"Person {number}", role=role, now_us=now_us)
        for number, role in enumerate([Role.OWNER, Role.OWNER, *[Role.STAFF] * (_PEOPLE - 2)])
    ]
    me, mate = everybody[:2]
    sessions = [open_session(tx, me, device="Firefox on Linux", address="127.0.0.1", now_us=now_us) for _ in range(10)]
    made = [
        keys.create(
            tx, account_id, name=f"Till {number}", scopes=frozenset(ALL_SCOPES), expires_at=None, actor=OPERATOR, now_us=now_us
        )
        for number in range(_KEYS)
    ]
    registered = [
        domains.add(tx, account_id, origin=origin, verified=number % 2 == 0, actor=OPERATOR, now_us=now_us)
        for number, origin in enumerate(f"https://shop{number}.example" for number in range(_DOMAINS))
    ]
    picture = store_picture(tx, account_id, Picture(b"a picture", 1, 1), now_us=now_us)
    for number in range(_CARDS):
        cards.create(
            tx, account_id, name=f"Season {number}", max_stamps=10, reward_title="One coffee", actor=OPERATOR, now_us=now_us
        )
    jobs = _imports(tx, account_id, me, now_us)
    _deeds(tx, account_id, me, now_us)
    _requests(tx, account_id, [one.stored.key_id for one in made], now_us)
    invited = [
        people_links.invite(
            tx,
            account_id,
            email=f"i{number}@bean.example",
            role=Role.STAFF,
            actor=staff_actor(me.person_id, me.name),
            now_us=now_us,
        )
        for number in range(5)
    ]
    links = {kind: people_links.link_for(tx, kind, mate.email, now_us=now_us).token for kind in ("sign_in", "password")}
    links["invitation"] = invited[0].token
    stamp = tx.one("SELECT stamp_id, card_id FROM stamp ORDER BY stamp_id DESC LIMIT 1")
    parts = {
        "card_id": stamp["card_id"],
        "stamp_id": stamp["stamp_id"],
        "domain_id": registered[1].domain_id,
        "key_id": made[0].stored.key_id,
        "job_id": jobs[-1],
        "person_id": mate.person_id,
        "session_id": sessions[1].session_id,
        "link_id": invited[0].stored.link_id,
        "audit_id": page_entries(tx, account_id, before_id=_NEWEST, limit=1)[0].audit_id,
        "handle": picture,
    }
    return Premises(sessions[0].token, parts, {before: links[kind] for before, kind in _LINKS.items()})


def _imports(tx: Tx, account_id: int, person: Member, now_us: int) -> list[int]:
    lines = "".join(f"Kim Min{number},010-1234-{number % 10_000:04},p{number}@mail.example\n" for number in range(_ROWS))
    upload = read_upload(f"Name,Phone,E-mail\n{lines}".encode())
    by = staff_actor(person.person_id, person.name)
    begun = [
        imports.begin(tx, account_id, file_name=f"members-{number}.csv", upload=upload, actor=by, now_us=now_us)
        for number in range(_IMPORTS)
    ]
    for _ in range(4):
        # Each time as many again as there are.
        tx.run(_ENDED_IMPORTS, dry_run=False)
    return [job.job_id for job in begun]


def _deeds(tx: Tx, account_id: int, person: Member, now_us: int) -> None:
    by = staff_actor(person.person_id, person.name)
    actions = ("card.updated", "stamp.updated", "key.created", "domain.added", "account.updated")
    for number in range(_DEEDS):
        changes = {"cardNm": [f"Season {number}", f"Season {number + 1}"]}
        at_us = now_us - (_DEEDS - number) * 60_000_000
        record(tx, NewAuditEntry(account_id, by, actions[number % len(actions)], number, f"Season {number}", at_us, changes))


def _requests(tx: Tx, account_id: int, key_ids: list[int], now_us: int) -> None:
    entries = [
        (
            now_us - (_REQUESTS - number) * 2_500_000,
            "PUT",
            "/api/stamp/v1/add",
            200 if number % 40 else 409,
            0 if number % 40 else 40905,
            f"{number:032x}",
            900 + number % 700,
            key_ids[number % len(key_ids)],
        )
        for number in range(_REQUESTS)
    ]
    parts = [entries[first : first + MOST_REQUESTS] for first in range(0, _REQUESTS, MOST_REQUESTS)]
    request_log.write(tx, blocks=[pack(account_id, part) for part in parts])
