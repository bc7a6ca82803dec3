"""Part `add`: marks on random stamps, against pgbench's equal transaction and the ORM peer."""

import time

from datasets import ROOMY, Range, fill_roomy
from failure import BenchFailed
from findings import Findings
from floors import figure, floor
from generators import Target, highest_rate, transactions
from lab import DATABASES, Lab
from rounds import Plan, Turn, run_rounds
from servers import Server
from stores import Counts, Store

_PATH = "/api/stamp/v1/add"
_EACH = Counts(events=1, told=1)
_OF_PGBENCH = 0.25
_TIMES_PEER = 8.0


def measure(lab: Lab, plan: Plan) -> Findings:
    hello = Target(lab.hello(), "/")
    ours = {database: lab.store("stampwell", database) for database in DATABASES}
    theirs = {database: lab.store("peer", database) for database in DATABASES}
    plan.say(f"{ROOMY} stamps in each of four databases")
    for store in (*ours.values(), *theirs.values()):
        stamps = fill_roomy(store, time.time_ns() // 1000)
    targets = {f"stampwell-{name}": marks_on(lab.stampwell(ours[name], name), ours[name], stamps) for name in DATABASES}
    targets |= {f"peer-{name}": marks_on(lab.peer(theirs[name], name), theirs[name], stamps) for name in DATABASES}
    for target in (hello, *targets.values()):
        target.server.start()

    def pgbench(seconds: int) -> float:
        # The same stamps as Stampwell marks.
        store = ours["postgresql"]
        given = {
            "account_id": store.account_id,
            "now_us": time.time_ns() // 1000,
            "first": stamps.first,
            "last": stamps.last,
        }
        return transactions(lab.cluster, store, "add_mark.sql", seconds=seconds, given=given).rate

    turns: dict[str, Turn] = {
        "hello": lambda seconds: highest_rate(hello, seconds),
        "stampwell-sqlite": lambda seconds: highest_rate(targets["stampwell-sqlite"], seconds),
        "peer-sqlite": lambda seconds: highest_rate(targets["peer-sqlite"], seconds),
        "pgbench": pgbench,
        "stampwell-postgresql": lambda seconds: highest_rate(targets["stampwell-postgresql"], seconds),
        "peer-postgresql": lambda seconds: highest_rate(targets["peer-postgresql"], seconds),
    }
    rates = run_rounds(turns, plan)
    _require_proved([*ours.values(), *theirs.values()])
    of_pgbench = rates.ratios("stampwell-postgresql", "pgbench")
    of_peer = {name: rates.ratios(f"stampwell-{name}", f"peer-{name}") for name in DATABASES}
    return Findings(
        title="Marks added",
        rates=rates,
        units={"hello": "answers/s", "pgbench": "transactions/s"} | dict.fromkeys(targets, "marks/s"),
        checks=[
            floor("PostgreSQL: add / pgbench, the equal transaction", of_pgbench, _OF_PGBENCH),
            figure("SQLite: add / bare uvicorn answers", rates.ratios("stampwell-sqlite", "hello")),
            floor("PostgreSQL: add / FastAPI + SQLAlchemy add", of_peer["postgresql"], _TIMES_PEER),
            floor("SQLite: add / FastAPI + SQLAlchemy add", of_peer["sqlite"], _TIMES_PEER),
        ],
    )


def marks_on(server: Server, store: Store, stamps: Range) -> Target:
    """One mark a request, on any of those stamps."""
    return Target(server, _PATH, {"method": "PUT", "first": stamps.first, "last": stamps.last}, store, _EACH)


def _require_proved(stores: list[Store]) -> None:
    """A mark that is counted but not told of, or told of but not counted, is none."""
    for store in stores:
        if unproved := store.unproved():
            raise BenchFailed(f"{store.url}: the counts of {unproved} stamps are not the sums of their ledgers")
