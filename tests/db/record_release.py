"""Records what a release answers about stamps of every kind, for a later one to answer the same: `files/*.json.gz`.

In the tree of that release: `PYTHONPATH=tests .venv/bin/python RECORD_RELEASE REVISION FILE`, with the path of this file, the
schema's revision, and where to write. It uses only what the tests of both releases share.

The file holds the rows of one account, what its stamps are answered at one moment (`asked`), and then what is answered when
all of them are marked, corrected and redeemed (`acted`): each `[method, path, body or query, status, text]`.
"""

import gzip
import json
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

from kit.databases import Databases
from kit.people import Person
from kit.shop import Shop

MADE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ASKED = datetime(2026, 4, 10, 15, 30, tzinfo=UTC)
STAFF_PASSWORD = "1234"
DOMAIN = "https://cards.beans.example"
RENAMED = "Coffee for two ☕"

TABLES = ("account", "domain", "card", "person", "membership", "stamp", "stamp_event", "idempotency")
_OF_ACCOUNT = dict.fromkeys(TABLES, "account_id = :account_id") | {
    "person": "person_id IN (SELECT person_id FROM membership WHERE account_id = :account_id)"
}

_API = "/api/stamp/v1"
_CARDS: dict[str, dict[str, object]] = {
    "plain": {"cardTtl": "Ten coffees, one free", "rewardTtl": "A coffee", "url": "https://beans.example/menu"},
    "renewing": {"renewYn": "Y", "stampImgUrl": "https://beans.example/cup.png"},
    "on-site": {"onsiteYn": "Y", "onsitePwd": STAFF_PASSWORD, "rewardTtl": 'A "large" one', "renewYn": "Y"},
    "slow": {"cooldownSec": 600, "dailyMax": 3},
    "deleted": {"cardTtl": "커피 열 잔", "url": "https://beans.example/?a=1&b=2"},
    "closed": {"rewardTtl": "A cake"},
}
_CUSTOMERS: dict[str, dict[str, object]] = {
    "nobody": {},
    "everything": {
        "domain": DOMAIN,
        "memo": 'Two\nlines, a tab\t, "quotes", \\ and "renewedStampIdx":7}',
        "userId": "att78z",
        "userNm": "Brown Smith",
        "userPhnno": "+1 123-4567-8900",
        "userEml": "Test@gmail.com",
        "userEtc1": "<b>one</b>",
        "userEtc2": "two",
    },
    "Korean": {"userId": "민수", "userNm": "김민수 👩‍👧", "userPhnno": "010-5550-3998", "userEml": "kim@bücher.example"},
}
_DAYS: dict[str, dict[str, object]] = {
    "valid": {"strtYmd": "2026-01-01", "endYmd": "2026-12-31"},
    "expired": {"strtYmd": "2026-03-01", "endYmd": "2026-04-09"},
    "last day": {"strtYmd": "2026-03-02", "endYmd": "2026-04-10"},
}
_LIVES: dict[str, list[tuple[str, dict[str, object]]]] = {
    "issued": [],
    "marked": [("add", {}), ("add", {"count": 2, "note": "Two\nof them", "location": "Till 2"}), ("remove", {"note": "Oops"})],
    "sold": [("add", {"count": 2, "orderRef": "A-{}"}), ("add", {"count": 2, "orderRef": "A-{}"})],
    "full": [("update", {"stamps": 4}), ("add", {"count": 1})],
    "redeemed": [("update", {"stamps": 5}), ("redeem", {"onsitePwd": STAFF_PASSWORD, "note": "Enjoy"})],
    "used by correction": [("update", {"stamps": 5, "useYn": "Y"}), ("update", {"memo": "After", "userNm": "Ann"})],
    "corrected": [("update", {"endYmd": "2026-04-30", "userNm": "Lee", "stamps": 3, "resetPinYn": "Y"})],
    "switched off": [("add", {}), ("update", {"activeYn": "N"})],
    "deleted": [("add", {}), ("delete", {})],
}
# What is done to every stamp in the end. A sale is sent again; an update makes the last but one full.
_ACTS: list[tuple[str, dict[str, object]]] = [
    ("add", {}),
    ("add", {"count": 2, "orderRef": "A-{}"}),
    ("add", {"count": 1, "orderRef": "A-{}"}),
    ("add", {"count": 3}),
    ("remove", {"count": 2, "note": "Too many"}),
    ("redeem", {"onsitePwd": STAFF_PASSWORD}),
    ("update", {"memo": "Later", "userEtc2": ""}),
    ("update", {"stamps": 5, "activeYn": "Y", "endYmd": "2026-12-31"}),
    ("redeem", {"onsitePwd": "0000"}),
    ("redeem", {"onsitePwd": STAFF_PASSWORD, "note": "At last"}),
]
_FILTERS: tuple[dict[str, object], ...] = (
    {},
    {"userId": "att78z", "useYn": "N"},
    {"userPhnno": "+82 10 5550 3998"},
    {"userEml": "test@gmail.com", "activeYn": "N"},
    {"useYn": "Y", "regStrtYmd": "2026-03-01", "regEndYmd": "2026-03-31"},
)

Said = tuple[str, str, dict[str, object], int, str]


class _Recorder:
    def __init__(self, shop: Shop, person: Person) -> None:
        self._shop = shop
        self._person = person
        self.said: list[Said] = []

    def say(self, method: str, path: str, body: dict[str, object], **headers: str) -> Any:
        """The result of the answer, which is recorded."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if method in ("GET", "DELETE"):
            answer = self._shop.request(method, path, by=self._person, query=body, headers=sent)
        else:
            answer = self._shop.request(method, path, by=self._person, body=body, headers=sent)
        self.said.append((method, path, body, answer.status, answer.content.decode()))
        return answer.json.get("result")

    def act(self, stamp: int, acts: list[tuple[str, dict[str, object]]]) -> None:
        for name, fields in acts:
            body = {field: value.format(stamp) if isinstance(value, str) else value for field, value in fields.items()}
            self.say("DELETE" if name == "delete" else "PUT", f"{_API}/{name}", {"stampIdx": stamp, **body})


def main(revision: str, target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder), name="recorded", postgres=_no_postgres)
        with closing(Shop(databases.fresh("sqlite"))) as shop:
            shop.clock.set(MADE)
            person = shop.open_account(name="Beans of Old", time_zone="America/New_York")
            shop.add_domain(person, DOMAIN)
            recorder = _Recorder(shop, person)
            stamps = _make(shop, person, recorder)
            shop.clock.set(ASKED)
            recorded: dict[str, object] = {
                "revision": revision,
                "account": person.account_id,
                "keyed": _keyed(recorder, stamps),
            }
            recorded |= _rows(shop, person.account_id)
            recorded["asked"] = _asked(recorder, stamps)
            recorded["acted"] = _acted(recorder, stamps)
    # The same bytes for the same content.
    with target.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        packed.write(json.dumps(recorded, ensure_ascii=False, indent=0).encode())


def _make(shop: Shop, person: Person, recorder: _Recorder) -> list[int]:
    """The numbers of the stamps, those that were deleted among them."""
    card_ids = {
        name: recorder.say("POST", "/api/card/v1/create", {"cardNm": f"Card {name}", "maxStamps": 5, **fields})
        for name, fields in _CARDS.items()
    }
    stamps: list[int] = []
    for (card, customer, days), (life, acts) in product(product(_CARDS, _CUSTOMERS, _DAYS), _LIVES.items()):
        # A third of all combinations: every pair of two is among them.
        number = [list(_CARDS).index(card), list(_CUSTOMERS).index(customer), list(_DAYS).index(days), list(_LIVES).index(life)]
        if sum(number) % 3:
            continue
        shop.clock.advance(seconds=7)
        body = {"cardIdx": card_ids[card], **_DAYS[days], **_CUSTOMERS[customer]}
        made = recorder.say("POST", f"{_API}/create", body)
        if isinstance(made, int):
            stamps.append(made)
            recorder.act(made, acts)
    _at_the_desk(shop, person, stamps)
    recorder.say("PUT", "/api/card/v1/update", {"cardIdx": card_ids["plain"], "cardNm": RENAMED, "maxStamps": 9})
    recorder.act(stamps[0], [("update", {"cardIdx": card_ids["renewing"]})])
    recorder.say("PUT", "/api/card/v1/update", {"cardIdx": card_ids["closed"], "activeYn": "N"})
    recorder.say("DELETE", "/api/card/v1/delete", {"cardIdx": card_ids["deleted"]})
    return stamps


def _at_the_desk(shop: Shop, person: Person, stamps: list[int]) -> None:
    """Marks of a person at the dashboard, one of them undone."""
    desk = shop.dashboard(of=person, name="Alice")
    for number, stamp in enumerate(stamps[:40]):
        path = f"/dashboard/stamps/{stamp}"
        page = desk.get(path)
        if not any(form.action == f"{path}/add" for form in page.forms):
            continue
        marked = desk.submit(page, f"{path}/add", count="1")
        # A full one is refused.
        if marked.status == 303:
            after = desk.follow(marked)
            undo = next((form.action for form in after.forms if "/undo/" in form.action), None)
            if undo is not None and number % 2:
                desk.submit(after, undo)


def _keyed(recorder: _Recorder, stamps: list[int]) -> list[Said]:
    """Changes under an idempotency key: said again, they are answered the same."""
    recorder.said = []
    for stamp in stamps[::9]:
        recorder.say("PUT", f"{_API}/add", {"stampIdx": stamp, "note": "Once"}, Idempotency_Key=f"add-{stamp}")
    return recorder.said


def _asked(recorder: _Recorder, stamps: list[int]) -> list[Said]:
    recorder.said = []
    for stamp in stamps:
        for name in ("get", "history", "validate"):
            recorder.say("GET", f"{_API}/{name}", {"stampIdx": stamp})
    for filters in _FILTERS:
        cursor: str | None = ""
        while cursor is not None:
            query = {**filters, "limit": 60, **({"cursor": cursor} if cursor else {})}
            cursor = recorder.say("GET", f"{_API}/list", query)["nextCursor"]
    return recorder.said


def _acted(recorder: _Recorder, stamps: list[int]) -> list[Said]:
    recorder.said = []
    for stamp in stamps:
        recorder.act(stamp, _ACTS)
        recorder.say("GET", f"{_API}/get", {"stampIdx": stamp})
    return recorder.said


def _rows(shop: Shop, account_id: int) -> dict[str, object]:
    rows = {
        table: shop.data.rows(f"SELECT * FROM {table} WHERE {where}", account_id=account_id)
        for table, where in _OF_ACCOUNT.items()
    }
    last = {row["name"]: row["seq"] for row in shop.data.rows("SELECT name, seq FROM sqlite_sequence")}
    (secret,) = shop.data.rows("SELECT value FROM secret WHERE name = 'cursor'")
    return {"rows": rows, "last": {table: last[table] for table in TABLES if table in last}, "secret": secret["value"]}


def _no_postgres() -> Any:
    raise AssertionError("a release is recorded on SQLite alone")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
