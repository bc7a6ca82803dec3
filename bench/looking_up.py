"""Part `list`: pages out of a million stamps of one account, under every filter and under telling pairs of them."""

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from urllib.parse import urlencode

from datasets import CARDS, FIRST_DAY, GUEST, LAST_DAY, RARE_CARD, USERS, fill_lookup
from failure import BenchFailed
from findings import Findings, Sheet
from floors import Check, ceiling
from generators import percentile
from lab import DATABASES, WRITTEN, Lab
from rounds import PAUSE_S, Plan, Rates, busy_share
from servers import Server
from stores import Store

_PATH = "/api/stamp/v1/list"
_P99_MS = 20.0
_RESIDENT_MIB = 120.0
_DAYS = (LAST_DAY - FIRST_DAY).days

Filters = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Case:
    """A kind of look-up: `draw` gives another one of it each time. `deep`: each asks for the page after the one before."""

    title: str
    draw: Callable[[Random], Filters]
    limit: int = 100
    deep: bool = False


def _user(random: Random) -> str:
    # Drawn as the data set draws: whoever has many stamps is looked up often.
    return f"user{1 + int(random.random() ** 2 * USERS)}"


def _usual_card(random: Random) -> int:
    return random.randint(1, CARDS - 1)


def _days(random: Random, length: int) -> Filters:
    first = FIRST_DAY + timedelta(random.randrange(_DAYS - length))
    return {"regStrtYmd": f"{first:%Y-%m-%d}", "regEndYmd": f"{first + timedelta(length):%Y-%m-%d}"}


def _one_of(*filters: Filters) -> Callable[[Random], Filters]:
    return lambda random: random.choice(filters)


CASES = (
    _Case("no filter", lambda _: {}),
    _Case("no filter, 50 a page", lambda _: {}, limit=50),
    _Case("no filter, page after page", lambda _: {}, deep=True),
    _Case("cardIdx", lambda random: {"cardIdx": _usual_card(random)}),
    _Case("cardIdx, page after page", lambda _: {"cardIdx": 1}, deep=True),
    _Case("cardIdx, rare", lambda _: {"cardIdx": RARE_CARD}),
    _Case("userId", lambda random: {"userId": _user(random)}),
    _Case("userId, of one stamp in fifty", lambda _: {"userId": GUEST}),
    _Case("userId, nobody's", lambda random: {"userId": f"nobody{random.random()}"}),
    _Case("userPhnno", lambda random: {"userPhnno": f"+82 10 {10_000_000 + random.randint(1, USERS)}"}),
    _Case("userPhnno, as it is dialled", lambda random: {"userPhnno": f"+82 010-{10_000_000 + random.randint(1, USERS)}"}),
    _Case("userEml", lambda random: {"userEml": f"{_user(random)}@EXAMPLE.com"}),
    _Case("activeYn", _one_of({"activeYn": "Y"}, {"activeYn": "N"})),
    _Case("activeYn=N, page after page", lambda _: {"activeYn": "N"}, deep=True),
    _Case("useYn", _one_of({"useYn": "Y"}, {"useYn": "N"})),
    _Case("useYn=Y, page after page", lambda _: {"useYn": "Y"}, deep=True),
    _Case("regStrtYmd", lambda random: {"regStrtYmd": _days(random, 30)["regStrtYmd"]}),
    _Case("regEndYmd", lambda random: {"regEndYmd": _days(random, 30)["regEndYmd"]}),
    _Case("regStrtYmd + regEndYmd", lambda random: _days(random, random.choice((0, 1, 30, 365)))),
    _Case("cardIdx + useYn", lambda random: {"cardIdx": _usual_card(random), "useYn": random.choice("YN")}),
    _Case("cardIdx + activeYn", lambda random: {"cardIdx": _usual_card(random), "activeYn": random.choice("YN")}),
    _Case("cardIdx, rare + useYn", lambda random: {"cardIdx": RARE_CARD, "useYn": random.choice("YN")}),
    _Case("userId + useYn", lambda random: {"userId": _user(random), "useYn": random.choice("YN")}),
    _Case("userId, of one in fifty + useYn", lambda random: {"userId": GUEST, "useYn": random.choice("YN")}),
    _Case("userId, of one in fifty + activeYn", lambda random: {"userId": GUEST, "activeYn": random.choice("YN")}),
    _Case("userId, of one in fifty + cardIdx", lambda random: {"userId": GUEST, "cardIdx": _usual_card(random)}),
    _Case("userId, of one in fifty + cardIdx, rare", lambda _: {"userId": GUEST, "cardIdx": RARE_CARD}),
    _Case("userId + a month", lambda random: {"userId": GUEST, **_days(random, 30)}),
    _Case("activeYn=N + useYn=Y", lambda _: {"activeYn": "N", "useYn": "Y"}),
    _Case("activeYn=N + useYn=N", lambda _: {"activeYn": "N", "useYn": "N"}),
    _Case("a month + cardIdx", lambda random: {"cardIdx": _usual_card(random), **_days(random, 30)}),
    _Case("a month + cardIdx, rare", lambda random: {"cardIdx": RARE_CARD, **_days(random, 30)}),
    _Case("a year + cardIdx, rare", lambda random: {"cardIdx": RARE_CARD, **_days(random, 365)}),
    _Case("a month + useYn", lambda random: {"useYn": random.choice("YN"), **_days(random, 30)}),
    _Case("a day + activeYn", lambda random: {"activeYn": random.choice("YN"), **_days(random, 0)}),
    _Case("cardIdx + activeYn=N + useYn=Y", lambda random: {"cardIdx": _usual_card(random), "activeYn": "N", "useYn": "Y"}),
)


def measure(lab: Lab, plan: Plan) -> Findings:
    rates = Rates()
    latencies_us: dict[str, dict[str, list[int]]] = {}
    resident_mib: dict[str, float] = {}
    for name in DATABASES:
        store = lab.store("stampwell", name)
        plan.say(f"{plan.stamps} stamps on {WRITTEN[name]}")
        fill_lookup(store, plan.stamps)
        server = lab.stampwell(store, name)
        server.start()
        rates.busy_elsewhere.append(busy_share(PAUSE_S))
        latencies_us[name] = _look_up_all(server, store, plan)
        resident_mib[name] = server.resident_mib()
        server.stop()
    return Findings(
        title="Look-ups",
        rates=rates,
        units={},
        checks=[check for name in DATABASES for check in _checks(name, latencies_us[name], resident_mib[name])],
        sheets=[_sheet(latencies_us, plan)],
        details={"latencies_us": latencies_us},
    )


def _look_up_all(server: Server, store: Store, plan: Plan) -> dict[str, list[int]]:
    """Sorted latencies by case. The first tenth warms up and is not counted."""
    client = _Client(server, store)
    measured: dict[str, list[int]] = {}
    for case in CASES:
        plan.say(f"{server.name}: {case.title}")
        random = Random(case.title)
        skipped = plan.lookups // 10
        latencies = client.look_up(case, random, skipped + plan.lookups)
        measured[case.title] = sorted(latencies[skipped:])
    client.close()
    return measured


class _Client:
    """One connection that waits for each answer before it asks again."""

    def __init__(self, server: Server, store: Store) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._headers = {"Authorization": f"APIKey {store.api_key}"}

    def close(self) -> None:
        self._connection.close()

    def look_up(self, case: _Case, random: Random, count: int) -> list[int]:
        """Microseconds of each, from the request until the last byte of the answer."""
        latencies: list[int] = []
        cursor: str | None = None
        for _ in range(count):
            query = {**case.draw(random), "limit": case.limit} | ({"cursor": cursor} if cursor else {})
            path = f"{_PATH}?{urlencode(query)}"
            started_ns = time.perf_counter_ns()
            self._connection.request("GET", path, headers=self._headers)
            answer = self._connection.getresponse()
            body = answer.read()
            latencies.append((time.perf_counter_ns() - started_ns) // 1000)
            if answer.status != 200:
                raise BenchFailed(f"{path} was answered {answer.status}: {body[:500]!r}")
            if case.deep:
                cursor = json.loads(body)["result"]["nextCursor"]
        return latencies


def _checks(name: str, latencies_us: dict[str, list[int]], resident_mib: float) -> list[Check]:
    slowest = max(latencies_us, key=lambda title: percentile(latencies_us[title], 99))
    p99_ms = percentile(latencies_us[slowest], 99) / 1e3
    return [
        ceiling(f"{WRITTEN[name]}: p99 of the slowest page: {slowest}", [p99_ms], _P99_MS, "ms"),
        ceiling(f"{WRITTEN[name]}: resident memory after the look-ups", [resident_mib], _RESIDENT_MIB, "MiB"),
    ]


def _sheet(latencies_us: dict[str, dict[str, list[int]]], plan: Plan) -> Sheet:
    rows = [
        (
            case.title,
            *(f"{percentile(latencies_us[name][case.title], percent) / 1e3:.1f}" for name in DATABASES for percent in (50, 99)),
        )
        for case in CASES
    ]
    columns = ("a page of 100 by", *(f"{name} p{percent} ms" for name in DATABASES for percent in (50, 99)))
    return Sheet(f"Look-ups in {plan.stamps} stamps, one client", columns, rows)
