"""Part `pages`: every page of the dashboard of a shop with a million stamps, every kind of search, and the digest behind them.

The pages are those of the route table: a new one comes in by itself, and one whose path has a part that `premises.py` does not
know fails the run by its name.
"""

import html
import http.client
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

import premises
from creating import EACH, PATH, sample_body
from datasets import CARDS, GUEST, RARE_CARD, RARE_NAME, USERS, fill_lookup
from failure import BenchFailed
from findings import Findings, Sheet
from floors import Check, ceiling, figure
from generators import Target, highest_rate, percentile
from lab import DATABASES, WRITTEN, Lab
from premises import Premises
from rounds import PAUSE_S, Plan, Rates, busy_share
from servers import Server
from stores import Store

from stampwell import app
from stampwell.settings import Settings

_P95_MS = 150.0
_REQUESTS = 60
_WARM_UP = 6
_LEFT_TO_DIGEST = 60_000
_DIGEST_WITHIN_S = 900
_UNREAD = "SELECT (SELECT coalesce(max(event_id), 0) FROM stamp_event) - (SELECT min(event_id) FROM ledger_reader)"
_STAMPS = "/dashboard/stamps"
# Somebody who is signed in is led away from these.
_FINE = frozenset({200, 303})


@dataclass(frozen=True, slots=True)
class _Case:
    """A kind of page: `draw` gives an address of it. deep: each asks for the page that the one before leads to."""

    title: str
    draw: Callable[[Random], str]
    signed_in: bool = True
    deep: bool = False


def _search(title: str, *texts: str, deep: bool = False, **filters: object) -> _Case:
    def draw(random: Random) -> str:
        text = random.choice(texts) if texts else ""
        person = 1 + int(random.random() ** 2 * USERS)
        asked = {"q": text.format(person=person, phone=10_000_000 + person), **filters}
        return f"{_STAMPS}?{urlencode({name: value for name, value in asked.items() if value})}"

    return _Case(f"search: {title}", draw, deep=deep)


_SEARCHES = (
    _search("everything, page after page", deep=True),
    _search("a rare name", RARE_NAME, "rarebit", "zol"),
    _search("the commonest name", "Kim"),
    _search("the commonest name, page after page", "Kim", deep=True),
    _search("two letters that many names begin with", "mi", "ka", "ch"),
    _search("two letters, page after page", "mi", deep=True),
    _search("name and surname", "Kim Min{person}", "min12 lee"),
    _search("two common beginnings", "kim min"),
    _search("two common beginnings that never meet", "kim park"),
    _search("nobody", "nobody at all", "Kim Nobody"),
    _search("phone, as stored", "+82 10-{phone}"),
    _search("phone, from inside the country", "010-{phone}"),
    _search("end of a phone number", "1234", "0077", "{phone}"),
    _search("beginning of a phone number", "010-1000", "8210"),
    _search("e-mail", "user{person}@example.com"),
    _search("user id", "user{person}"),
    _search("user id of one stamp in fifty", GUEST),
    _search("user id of one in fifty, expired", GUEST, state="expired"),
    _search("beginning of every user id", "user"),
    _search("the commonest name, expired", "Kim", state="expired"),
    _search("the commonest name, expired, further back", "Kim", state="expired", deep=True),
    _search("the commonest name, rare card", "Kim", card=RARE_CARD),
    _search("the commonest name, full", "Kim", state="full"),
    *(
        _search(f"{state}{', a card' if card else ''}", state=state, card=card)
        for state in ("usable", "full", "inactive", "redeemed", "not-yet-valid", "expired")
        for card in ("", CARDS // 2)
    ),
    _search("expired, further back", state="expired", deep=True),
    _search("full, page after page", state="full", deep=True),
    _search("inactive, page after page", state="inactive", deep=True),
    _search("full, rare card", state="full", card=RARE_CARD),
    _search("expired, rare card", state="expired", card=RARE_CARD),
)
_WITH_QUERY = (
    ("/dashboard/stamps/bulk", {"act": "delete"}),
    ("/dashboard/stamps/bulk", {"act": "switch-off", "card": 1}),
    ("/dashboard/stamps/bulk", {"act": "delete", "state": "redeemed"}),
    ("/dashboard/developer/requests", {"refused": "Y"}),
    ("/dashboard/account/audit", {"kind": "card"}),
)


def measure(lab: Lab, plan: Plan) -> Findings:
    rates = Rates()
    latencies_us: dict[str, dict[str, list[int]]] = {}
    checks: list[Check] = []
    for name in DATABASES:
        store = lab.store("stampwell", name)
        plan.say(f"{plan.stamps} stamps on {WRITTEN[name]}")
        fill_lookup(store, plan.stamps, named=True)
        shop = premises.lay_out(store)
        plan.say(f"digests the ledger on {WRITTEN[name]}")
        premises.digest_all_but(store, min(_LEFT_TO_DIGEST, plan.stamps))
        store.tidy()
        server = lab.stampwell(store, name)
        server.start()
        checks += _digest_checks(lab, server, store, plan, WRITTEN[name])
        rates.busy_elsewhere.append(busy_share(PAUSE_S))
        latencies_us[name] = _ask_all(server, shop, _cases(store, shop), plan)
        checks += _checks(WRITTEN[name], latencies_us[name], server.resident_mib())
        server.stop()
    return Findings(
        title="Pages of the dashboard",
        rates=rates,
        units={},
        checks=checks,
        sheets=[_sheet(latencies_us, plan)],
        details={"latencies_us": latencies_us},
    )


def _digest_checks(lab: Lab, server: Server, store: Store, plan: Plan, written: str) -> list[Check]:
    """How fast the worker catches up with the last events of a full ledger, and what that costs those who issue meanwhile."""
    plan.say(f"{server.name}: the digest catches up")
    began_s, behind = time.monotonic(), _unread(store)
    target = Target(server, PATH, {"body": sample_body(lab.folder)}, store, EACH)
    time.sleep(2 * PAUSE_S)
    while (left := _unread(store)) > behind // 2:
        _require_in_time(began_s, server)
    caught_up_rate = (behind - left) / (time.monotonic() - began_s)
    meanwhile = highest_rate(target, plan.seconds)
    while _unread(store) > 0:
        _require_in_time(began_s, server)
    alone = highest_rate(target, plan.seconds)
    while _unread(store) > 0:
        _require_in_time(began_s, server)
    ledger = store.ask("SELECT count(*) FROM stamp_event")[0][0]
    return [
        figure(f"{written}: the digest: events a second, nobody else at work", [caught_up_rate], "/s"),
        figure(f"{written}: the digest: minutes for the whole ledger at that rate", [ledger / caught_up_rate / 60], "min"),
        figure(f"{written}: creations while the digest is behind / while it is not", [meanwhile / alone]),
    ]


def _unread(store: Store) -> int:
    return int(store.ask(_UNREAD)[0][0])


def _require_in_time(began_s: float, server: Server) -> None:
    if time.monotonic() - began_s > _DIGEST_WITHIN_S:
        raise BenchFailed(f"{server.name}: the digest did not catch up within {_DIGEST_WITHIN_S} s")
    time.sleep(PAUSE_S)


def _cases(store: Store, shop: Premises) -> list[_Case]:
    table = app.build(Settings.model_validate({"database_url": store.url})).pages
    pages = [page for page in table if page.method == "GET"]
    every = [_Case(page.path, _always(shop.path(page.path)), signed_in=page.permission is not None) for page in pages]
    known = {page.path for page in pages}
    asked = [
        _Case(f"{path}?{urlencode(query)}", _always(f"{path}?{urlencode(query)}"))
        for path, query in _WITH_QUERY
        if path in known
    ]
    return [*every, *asked, *_SEARCHES]


def _always(path: str) -> Callable[[Random], str]:
    return lambda _: path


def _ask_all(server: Server, shop: Premises, cases: Sequence[_Case], plan: Plan) -> dict[str, list[int]]:
    """Sorted latencies by case; the first ones warm up and are not counted."""
    browser = _Browser(server, shop)
    measured: dict[str, list[int]] = {}
    for case in cases:
        plan.say(f"{server.name}: {case.title}")
        measured[case.title] = sorted(browser.ask(case, _WARM_UP + _REQUESTS)[_WARM_UP:])
    browser.close()
    return measured


class _Browser:
    """One connection that waits for each page before it asks for the next."""

    def __init__(self, server: Server, shop: Premises) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._cookie = {"Cookie": f"stampwell={shop.session}"}

    def close(self) -> None:
        self._connection.close()

    def ask(self, case: _Case, count: int) -> list[int]:
        """Microseconds of each, from the request until the last byte of the page."""
        random, latencies, further = Random(case.title), [], ""
        for _ in range(count):
            path = further or case.draw(random)
            started_ns = time.perf_counter_ns()
            self._connection.request("GET", path, headers=self._cookie if case.signed_in else {})
            answer = self._connection.getresponse()
            body = answer.read()
            latencies.append((time.perf_counter_ns() - started_ns) // 1000)
            if answer.status not in _FINE:
                raise BenchFailed(f"{path} was answered {answer.status}: {body[:500]!r}")
            further = _next_of(body.decode()) if case.deep else ""
        return latencies


def _next_of(page: str) -> str:
    """Where its link to the next page leads; blank on the last."""
    _, found, rest = page.partition('rel="next" href="')
    return html.unescape(rest.partition('"')[0]) if found else ""


def _checks(written: str, latencies_us: dict[str, list[int]], resident_mib: float) -> list[Check]:
    p95_ms = {title: percentile(latencies, 95) / 1e3 for title, latencies in latencies_us.items()}
    slowest = sorted(p95_ms, key=lambda title: -p95_ms[title])
    # The slowest, and with it whatever else is too slow.
    shown = slowest[: max(1, sum(value > _P95_MS for value in p95_ms.values()))]
    return [
        *(ceiling(f"{written}: p95 of {title}", [p95_ms[title]], _P95_MS, "ms") for title in shown),
        figure(f"{written}: resident memory after the pages", [resident_mib], "MiB"),
    ]


def _sheet(latencies_us: dict[str, dict[str, list[int]]], plan: Plan) -> Sheet:
    titles = next(iter(latencies_us.values()))
    rows = [
        (title, *(f"{percentile(latencies_us[name][title], percent) / 1e3:.1f}" for name in DATABASES for percent in (50, 95)))
        for title in titles
    ]
    columns = ("page", *(f"{name} p{percent} ms" for name in DATABASES for percent in (50, 95)))
    return Sheet(f"Pages of a shop with {plan.stamps} stamps, {_REQUESTS} requests each", columns, rows)
