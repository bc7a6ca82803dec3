"""`stampwell doctor`."""

import asyncio
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from stampwell.cli.ledger import Proof, prove_ledger
from stampwell.cli.options import OfAccount
from stampwell.cli.output import REFUSED, WRONG_USE, AsJson, fail, show_json
from stampwell.core.clock import SystemClock
from stampwell.core.errors import DatabaseUnavailable, OperatorError
from stampwell.core.units import SECOND_US
from stampwell.core.zone_data import VERSION, is_outdated, year_of
from stampwell.db.database import Tx
from stampwell.db.durability import clock_us, durability_faults
from stampwell.db.opening import open_database, sqlite_path
from stampwell.db.private_file import open_to_others
from stampwell.db.revision import HEAD, WrongSchema, require_head
from stampwell.db.versions import POSTGRESQL_MAJORS, product_and_version
from stampwell.features.clocks.service import days_ahead, is_behind
from stampwell.features.plans.table import PlansFileWrong, load_plans
from stampwell.features.stamps.search.upgrading import read_place
from stampwell.settings import Settings, SettingsWrong, load_settings

_LEAST_FREE_BYTES = 256 * 1024 * 1024
_CLOCK_TOLERANCE_US = 5 * SECOND_US
_BEGINNING_OF_2026_US = 1_767_225_600_000_000


class _Finding(NamedTuple):
    check: str
    ok: bool
    message: str
    warns: bool = False
    """Nothing is wrong yet, but somebody should do something."""


def doctor(
    *,
    ledger: Annotated[
        bool, typer.Option("--ledger", help="Prove as well that every stamp is what its history adds up to.")
    ] = False,
    account: OfAccount = None,
    as_json: AsJson = False,
) -> None:
    """Check settings, time zones, disk, schema, the database and the clock. Exit status 1 when something is wrong."""
    if account is not None and not ledger:
        fail("--account belongs to --ledger.", status=WRONG_USE, as_json=as_json)
    findings = list(_examine())
    proof = None
    if ledger and any(finding.check == "schema" and finding.ok for finding in findings):
        found = _prove(account, shown=not as_json)
        proof = found if isinstance(found, Proof) else None
        findings.append(
            _Finding("ledger", ok=not found.differences, message=found.sentence)
            if isinstance(found, Proof)
            else _Finding("ledger", ok=False, message=found)
        )
    healthy = all(finding.ok for finding in findings)
    if as_json:
        show_json({"okYn": "Y" if healthy else "N", **_as_json(findings, proof)})
    else:
        _say(findings, proof)
    if not healthy:
        raise typer.Exit(REFUSED)


def _as_json(findings: list[_Finding], proof: Proof | None) -> dict[str, object]:
    checks = [
        {"check": check, "okYn": "Y" if ok else "N", "warningYn": "Y" if warns else "N", "message": message}
        for check, ok, message, warns in findings
    ]
    if proof is None:
        return {"checks": checks}
    differences = [difference.as_json() for difference in proof.differences]
    return {"checks": checks, "stamps": proof.stamps, "differences": differences}


def _say(findings: list[_Finding], proof: Proof | None) -> None:
    for finding in findings:
        mark = "WARN " if finding.warns else "ok   " if finding.ok else "WRONG"
        typer.echo(f"{mark}  {finding.check:<10}  {finding.message}")
    for account_id, stamp_id, what, expected, found in proof.differences if proof else ():
        typer.echo(f"account {account_id}, stamp {stamp_id}: {what}: expected {expected}, found {found}")


def _prove(account_id: int | None, *, shown: bool) -> Proof | str:
    """The proof, or why there is none. The settings and the schema are known to be right."""

    async def work() -> Proof:
        settings = load_settings()
        db = open_database(settings.database_url, connections=1, prepare=settings.database_prepare)
        await db.start()
        try:
            return await prove_ledger(db, account_id, shown=shown)
        finally:
            await db.close()

    try:
        return asyncio.run(work())
    except OperatorError as error:
        return str(error)
    except DatabaseUnavailable as error:
        return f"unavailable: {error.cause}"


def _examine() -> Iterator[_Finding]:
    try:
        settings = load_settings()
        plans = load_plans(settings.plans_file)
    except (SettingsWrong, PlansFileWrong) as error:
        yield _Finding("settings", ok=False, message=str(error))
        return
    yield _Finding("settings", ok=True, message=f"read; plans: {', '.join(plans.plans)}")
    yield _time_zones()
    path = sqlite_path(settings.database_url)
    if path is not None:
        yield _disk(settings)
        if not path.exists():
            yield _Finding(
                "schema", ok=False, message=f"{path} does not exist yet. Run: stampwell migrate (or stampwell serve)"
            )
            return
        yield _rights(path)
    try:
        yield from asyncio.run(_ask_database(settings))
    except DatabaseUnavailable as error:
        yield _Finding("database", ok=False, message=f"unavailable: {error.cause}")


def _time_zones() -> _Finding:
    words = f"{VERSION}, published in {year_of(VERSION)}, from the tzdata package; the system's own are not used"
    if not is_outdated(VERSION, datetime.fromtimestamp(SystemClock().now_us() // SECOND_US, UTC).date()):
        return _Finding("time zones", ok=True, message=words)
    advice = (
        f"{words}. Clock changes that countries have announced since are missing, and with them the right day there. "
        f"Upgrade Stampwell, or the zones alone: {sys.executable} -m pip install --upgrade tzdata. Then restart the server."
    )
    return _Finding("time zones", ok=True, message=advice, warns=True)


def _disk(settings: Settings) -> _Finding:
    path = sqlite_path(settings.database_url)
    folder = path.absolute().parent if path is not None else None
    if folder is None or not folder.is_dir():
        return _Finding("disk", ok=False, message=f"the folder {folder} does not exist")
    free = shutil.disk_usage(folder).free
    words = f"{free / 2**30:.1f} GiB free in {folder}"
    roomy = free >= _LEAST_FREE_BYTES
    return _Finding("disk", ok=roomy, message=words if roomy else f"only {words}")


def _rights(path: Path) -> _Finding:
    files = open_to_others(path)
    if not files:
        return _Finding("rights", ok=True, message=f"{path} is its owner's alone")
    named = " ".join(shlex.quote(str(file)) for file in files)
    advice = f"others on this machine may open customers' data. Run: chmod 600 {named}"
    return _Finding("rights", ok=True, message=advice, warns=True)


async def _ask_database(settings: Settings) -> list[_Finding]:
    db = open_database(settings.database_url, connections=1, prepare=settings.database_prepare)
    await db.start()
    try:
        findings = []
        checks: tuple[tuple[str, Callable[[Tx], str]], ...] = (
            ("database", _database),
            ("schema", _schema),
            ("durability", _durability),
            ("clock", _clock),
            ("upgrade", _upgrade),
        )
        for name, check in checks:
            try:
                findings.append(_Finding(name, ok=True, message=await db.read(check)))
            except _Doubtful as error:
                findings.append(_Finding(name, ok=True, message=str(error), warns=True))
            except (WrongSchema, _Unwell) as error:
                findings.append(_Finding(name, ok=False, message=str(error)))
                if name == "schema":
                    break
        return findings
    finally:
        await db.close()


class _Unwell(Exception):
    """What is wrong, and what to do."""


class _Doubtful(Exception):
    """What may go wrong, and what to do."""


def _schema(tx: Tx) -> str:
    require_head(tx)
    return f"at {HEAD}, the newest"


def _database(tx: Tx) -> str:
    words, supported = product_and_version(tx)
    if not supported:
        tested = f"PostgreSQL {POSTGRESQL_MAJORS[0]} to {POSTGRESQL_MAJORS[-1]}"
        raise _Doubtful(f"{words}: Stampwell is tested with {tested}. Move to one of them.")
    return words


def _durability(tx: Tx) -> str:
    faults = durability_faults(tx)
    if faults:
        raise _Unwell(" ".join(faults))
    return "a commit that was answered survives a power cut, if the disk keeps what it synced"


def _upgrade(tx: Tx) -> str:
    place = read_place(tx)
    if place.finished:
        return "every stamp is looked up by the rules of this version"
    return (
        f"not finished: stamps up to {place.after_id} of {place.last} are looked up by the rules of this version; "
        "the others follow while the server runs"
    )


def _clock(tx: Tx) -> str:
    now_us = SystemClock().now_us()
    if now_us < _BEGINNING_OF_2026_US or is_behind(tx, now_us=now_us):
        raise _Unwell("this machine's clock is behind what the database has seen. Set it, for instance with NTP.")
    if ahead := days_ahead(tx, now_us=now_us):
        raise _Unwell(
            f"this machine's clock is {ahead} days ahead of the newest instant in the database, and nothing is pruned by it. "
            "If it is wrong, set it, for instance with NTP. If the server stood still so long, start it: all is well then."
        )
    database_us = clock_us(tx)
    if database_us is None:
        return "plausible"
    apart_s = abs(database_us - now_us) / 1e6
    if apart_s * 1e6 > _CLOCK_TOLERANCE_US:
        raise _Unwell(f"this machine and the database server are {apart_s:.0f} s apart. Set both with NTP.")
    return f"{apart_s:.1f} s from the database server's"
