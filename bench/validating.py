"""Part `validate`: random stamps, against pgbench's read of one row by its primary key."""

import time

from datasets import fill_roomy
from findings import Findings
from floors import figure, floor
from generators import Target, highest_rate, transactions
from lab import DATABASES, Lab
from rounds import Plan, Turn, run_rounds

_PATH = "/api/stamp/v1/validate"
_OF_PGBENCH = 0.15


def measure(lab: Lab, plan: Plan) -> Findings:
    hello = Target(lab.hello(), "/")
    hello.server.start()
    targets: dict[str, Target] = {}
    for name in DATABASES:
        store = lab.store("stampwell", name)
        stamps = fill_roomy(store, time.time_ns() // 1000)
        told = {"method": "GET", "first": stamps.first, "last": stamps.last}
        targets[name] = Target(lab.stampwell(store, name), _PATH, told, store)
        targets[name].server.start()

    def pgbench(seconds: int) -> float:
        given = {"first": stamps.first, "last": stamps.last}
        return transactions(lab.cluster, store, "read_stamp.sql", seconds=seconds, given=given).rate

    turns: dict[str, Turn] = {
        "hello": lambda seconds: highest_rate(hello, seconds),
        "stampwell-sqlite": lambda seconds: highest_rate(targets["sqlite"], seconds),
        "pgbench": pgbench,
        "stampwell-postgresql": lambda seconds: highest_rate(targets["postgresql"], seconds),
    }
    rates = run_rounds(turns, plan)
    return Findings(
        title="Validations",
        rates=rates,
        units={"hello": "answers/s", "pgbench": "reads/s"} | {f"stampwell-{name}": "validations/s" for name in DATABASES},
        checks=[
            floor(
                "PostgreSQL: validate / pgbench, one row by key", rates.ratios("stampwell-postgresql", "pgbench"), _OF_PGBENCH
            ),
            figure("SQLite: validate / bare uvicorn answers", rates.ratios("stampwell-sqlite", "hello")),
        ],
    )
