"""`stampwell demo`: a shop, a server and a first stamp, issued over HTTP."""

import json
import shlex
import signal
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple, cast

import typer

from stampwell.cli import demo_server
from stampwell.cli.demo_server import DemoServer
from stampwell.cli.demo_shop import OWNER, create_coffee_card, find_card, open_shop
from stampwell.cli.output import REFUSED, AsJson, fail, show_json
from stampwell.cli.running import run_work, settings_or_exit
from stampwell.core.actors import OPERATOR
from stampwell.core.clock import SystemClock
from stampwell.core.errors import OperatorError
from stampwell.core.sample_days import moved_to
from stampwell.db.database import Database, Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.keys import service as keys
from stampwell.features.keys.model import ALL_SCOPES
from stampwell.features.people import access_links
from stampwell.features.stamps.api.listing import list_stamps
from stampwell.features.stamps.contract.examples import SAMPLE_CREATE
from stampwell.features.stamps.contract.look_requests import ListStamps
from stampwell.features.stamps.ledger.projection import read_offset
from stampwell.settings import Settings
from stampwell.workers.projection import LedgerProjection

_PATH = "/api/stamp/v1/create"
# Whatever is left then, the server works out as it runs.
_DIGEST_TURNS = 20


class _Shop(NamedTuple):
    account_idx: int
    card_idx: int
    api_key: str
    sign_in_token: str
    stamp_code: str


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="Stop the server after the first stamp.")] = False,
    background: Annotated[bool, typer.Option("--background", help="Leave the server running and return.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Stop the server that --background left running here.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fill a shop, start a server, issue a first stamp over HTTP and show how. Runs until Ctrl-C."""
    settings = settings_or_exit(as_json=as_json)
    if stop:
        _stop(as_json=as_json)
        return
    shop = run_work(_lay_out, as_json=as_json)
    try:
        running = demo_server.find_running(settings.database_url)
        server = running or demo_server.start(settings.database_url, first_port=settings.port or 8000)
    except OperatorError as error:
        fail(str(error), status=REFUSED, as_json=as_json)
    try:
        sample = moved_to(datetime.now(UTC).date(), SAMPLE_CREATE)
        body = {**sample, "domain": settings.default_domain, "cardIdx": shop.card_idx}
        status, answer = _post(server.url + _PATH, shop.api_key, body)
        _print(server, shop, body, answer, as_json=as_json)
        if status != 200 or json.loads(answer)["code"] != 0:  # noqa: PLR2004
            fail("the first stamp was refused; the answer above says why", status=REFUSED, as_json=as_json)
        if not once and not background:
            _wait_for_interrupt(as_json=as_json)
    finally:
        if running is None and not background:
            server.stop()
    if background and not as_json:
        typer.echo("The server goes on running. Stop it: .venv/bin/stampwell demo --stop")


async def _lay_out(db: Database, settings: Settings) -> _Shop:
    """The shop, with all that its pages show worked out."""
    now_us = SystemClock().now_us()
    shop = cast("_Shop", await db.write(_ready_shop, default_domain=settings.default_domain, now_us=now_us))
    reader = LedgerProjection(db)
    for _ in range(_DIGEST_TURNS):
        mark, last = await db.read(read_offset)
        if last <= mark:
            break
        await reader.turn()
    return shop


def _ready_shop(tx: Tx, *, default_domain: str, now_us: int) -> _Shop:
    """The shop, filled when it is new, with a fresh key and a fresh link."""
    account_id = open_shop(tx, default_domain=default_domain, now_us=now_us)
    card = find_card(tx, account_id) or create_coffee_card(tx, account_id, actor=OPERATOR, now_us=now_us)
    key = keys.create(tx, account_id, name="demo", scopes=ALL_SCOPES, expires_at=None, actor=OPERATOR, now_us=now_us)
    link = access_links.link_for(tx, "sign_in", OWNER, account_id=account_id, now_us=now_us)
    return _Shop(account_id, card.card_id, key.api_key, link.proof_token, _stamp_to_look_at(tx, account_id, card.card_id))


def _stamp_to_look_at(tx: Tx, account_id: int, card_id: int) -> str:
    """The code of a customer's stamp that is under way; blank when there is none."""
    given: Any = {"cardIdx": card_id, "activeYn": "Y", "useYn": "N", "limit": 100}
    listed: Any = list_stamps(tx, account_id, ListStamps(**given), zone=get_account(tx, account_id).time_zone)["list"]
    under_way = (stamp["code"] for stamp in listed if 0 < stamp["stamps"] < stamp["maxStamps"])
    return next(under_way, "")


def _post(url: str, api_key: str, body: dict[str, object]) -> tuple[int, str]:
    request = urllib.request.Request(  # noqa: S310 - our own http URL
        url,
        json.dumps(body).encode(),
        {"Authorization": f"APIKey {api_key}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def _print(server: DemoServer, shop: _Shop, body: dict[str, object], answer: str, *, as_json: bool) -> None:
    links = {
        "dashboard": f"{server.url}/dashboard/enter/{shop.sign_in_token}",
        "customer": f"{server.url}/stamp/{shop.stamp_code}",
        "docs": f"{server.url}/api/docs",
        "openapi": f"{server.url}/api/openapi.json",
        "health": f"{server.url}/readyz",
    }
    curl = (
        f"curl -X POST {server.url}{_PATH} -H 'Authorization: APIKey {shop.api_key}' "
        f"-H 'Content-Type: application/json' -d {shlex.quote(json.dumps(body))}"
    )
    if as_json:
        show_json(
            {
                "accountIdx": shop.account_idx,
                "cardIdx": shop.card_idx,
                "apiKey": shop.api_key,
                "request": body,
                "answer": json.loads(answer),
                "curl": curl,
                "url": server.url,
                "links": links,
            }
        )
        return
    typer.echo(f"\nPOST {_PATH}\n{json.dumps(body, indent=2)}\n")
    typer.echo(f"Answer\n{answer}\n")
    typer.echo(f"API key\n{shop.api_key}\n")
    typer.echo(f"Issue another\n{curl}\n")
    typer.echo("Open (the first one signs you in to the dashboard, once; the second one is a customer's card)")
    for link in links.values():
        typer.echo(f"  {link}")
    typer.echo("")


def _wait_for_interrupt(*, as_json: bool) -> None:
    if not as_json:
        typer.echo("The server runs until Ctrl-C.")
    stopping = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)
    signal.sigwait(stopping)


def _stop(*, as_json: bool) -> None:
    server = demo_server.find_running()
    if server is not None:
        server.stop()
    stopped = "Y" if server is not None else "N"
    if as_json:
        show_json({"stoppedYn": stopped})
    else:
        typer.echo(f"Stopped {server.url}." if server is not None else "No demo server runs here.")
