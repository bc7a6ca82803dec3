"""`stampwell demo`: a shop, a server and a first stamp, issued over HTTP."""

import json
import shlex
import signal
import urllib.error
import urllib.request
from typing import Annotated, NamedTuple

import typer

from stampwell.cli import demo_server
from stampwell.cli.demo_server import DemoServer
from stampwell.cli.output import REFUSED, AsJson, fail, show_json
from stampwell.cli.running import run, settings_or_exit
from stampwell.core.errors import OperatorError
from stampwell.db.database import Tx
from stampwell.features.accounts import service as accounts
from stampwell.features.cards import service as cards
from stampwell.features.cards.errors import CardInvalid
from stampwell.features.cards.model import Card
from stampwell.features.keys import service as keys
from stampwell.features.keys.model import ALL_SCOPES
from stampwell.features.people import service as people
from stampwell.features.people.model import Role
from stampwell.features.stamps.examples import SAMPLE_CARD_IDX, SAMPLE_CREATE

_SHOP = "Bean & Co (demo)"
_OWNER = "owner@demo.example"
_PATH = "/api/stamp/v1/create"


class _Shop(NamedTuple):
    account_idx: int
    card_idx: int
    api_key: str
    sign_in_token: str


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
    shop = run(_fill_shop, as_json=as_json)
    try:
        running = demo_server.find_running(settings.database_url)
        server = running or demo_server.start(settings.database_url, first_port=settings.port or 8000)
    except OperatorError as error:
        fail(str(error), status=REFUSED, as_json=as_json)
    try:
        body = {**SAMPLE_CREATE, "domain": settings.default_domain, "cardIdx": shop.card_idx}
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


def _fill_shop(tx: Tx, now_us: int) -> _Shop:
    shop = accounts.find_by_name(tx, _SHOP) or accounts.create(
        tx, name=_SHOP, plan="enterprise", time_zone="UTC", now_us=now_us
    )
    found = cards.find_card(tx, shop.account_id, SAMPLE_CARD_IDX) or next(iter(cards.list_cards(tx, shop.account_id)), None)
    if found is None:
        try:
            found = _create_card(tx, shop.account_id, SAMPLE_CARD_IDX, now_us)
        except CardInvalid:
            # Somebody else's card has the sample's number.
            found = _create_card(tx, shop.account_id, None, now_us)
    key = keys.create(tx, shop.account_id, name="demo", scopes=ALL_SCOPES, expires_at=None, now_us=now_us)
    if people.find_by_email(tx, _OWNER) is None:
        people.add_person(tx, shop.account_id, email=_OWNER, name="Alice Brown", role=Role.OWNER, now_us=now_us)
    link = people.link_for(tx, "sign_in", _OWNER, now_us=now_us)
    return _Shop(shop.account_id, found.card_id, key.api_key, link.token)


def _create_card(tx: Tx, account_id: int, card_id: int | None, now_us: int) -> Card:
    return cards.create(
        tx,
        account_id,
        name="Coffee card",
        title="Ten coffees, one on the house",
        reward_title="A free Americano",
        max_stamps=10,
        card_id=card_id,
        now_us=now_us,
    )


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
    typer.echo("Open (the first one signs you in to the dashboard, once)")
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
