"""`stampwell webhook …`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from stampwell.cli.options import LARGEST_IDX, AccountIdx
from stampwell.cli.output import AsJson, show, show_list
from stampwell.cli.running import run, run_work
from stampwell.core.actors import OPERATOR
from stampwell.core.clock import SystemClock
from stampwell.core.days import parse_ymdt
from stampwell.core.errors import FieldsWrong
from stampwell.core.phrases import english
from stampwell.db.database import Database, Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.webhooks import service
from stampwell.features.webhooks.errors import WebhookInvalid
from stampwell.features.webhooks.listing import page_of_attempts
from stampwell.features.webhooks.model import Webhook
from stampwell.features.webhooks.resending import end_resending, first_to_resend, resend_event, resend_page
from stampwell.outbound_services import webhook_url_rule
from stampwell.settings import Settings

commands = typer.Typer(no_args_is_help=True, help="Webhooks: addresses that events of an account are sent to.")

WebhookIdx = Annotated[
    int,
    typer.Argument(metavar="WEBHOOKIDX", min=1, max=LARGEST_IDX, help="The webhook's number, from: stampwell webhook list"),
]
Url = Annotated[str, typer.Option("--url", help="Where events are sent, such as https://shop.example/stampwell")]
Types = Annotated[
    list[str] | None, typer.Option("--event", help="A type of events, such as stamp.full; may be given several times.")
]
Card = Annotated[int | None, typer.Option("--card", metavar="CARDIDX", min=0, max=LARGEST_IDX, help="Of this card only.")]
Payload = Annotated[Literal["full", "thin"] | None, typer.Option("--payload", help="The whole event, or its numbers only.")]
Personal = Annotated[Literal["Y", "N"] | None, typer.Option("--personal", help="Y: with the customer's personal fields.")]
Description = Annotated[str | None, typer.Option("--description", help="What it is for.")]
Active = Annotated[Literal["Y", "N"] | None, typer.Option("--active", help="N: nothing is sent.")]
EventIdx = Annotated[int | None, typer.Option("--event-idx", metavar="EVENTIDX", min=1, max=LARGEST_IDX, help="This event.")]

_OPTIONS = {"url": "--url", "events": "--event", "description": "--description", "webhookIdx": "WEBHOOKIDX"}
_COLUMNS = ("webhookIdx", "url", "events", "cardIdx", "payload", "activeYn", "lastSuccessYmdt", "failingSinceYmdt")


@commands.command()
def create(
    *,
    account: AccountIdx,
    url: Url,
    event: Types = None,
    card: Card = None,
    payload: Payload = None,
    personal: Personal = None,
    description: Description = None,
    active: Active = None,
    as_json: AsJson = False,
) -> None:
    """Create a webhook. Its secret is shown once."""
    given = {
        "url": url,
        **_given(event=event, card=card, payload=payload, personal=personal, description=description, active=active),
    }

    async def work(db: Database, settings: Settings) -> dict[str, object]:
        def unit(tx: Tx) -> dict[str, object]:
            rule, now_us = webhook_url_rule(settings), SystemClock().now_us()
            with _naming_the_option():
                webhook = service.create_webhook(tx, account, given, url_rule=rule, actor=OPERATOR, now_us=now_us)
            return {"secret": webhook.secret, **_shown(webhook, get_account(tx, account).time_zone)}

        return await db.write(unit)

    show(run_work(work, as_json=as_json), as_json=as_json)
    _remind(as_json=as_json)


@commands.command("list")
def list_(*, account: AccountIdx, as_json: AsJson = False) -> None:
    """List webhooks: everything but their secrets."""

    def unit(tx: Tx, _now_us: int) -> list[dict[str, object]]:
        zone = get_account(tx, account).time_zone
        return [_shown(webhook, zone) for webhook in service.list_webhooks(tx, account)]

    show_list(
        run(unit, as_json=as_json),
        as_json=as_json,
        empty=f"No webhook yet. Make one: stampwell webhook create --account {account} --url URL",
        columns=_COLUMNS,
    )


@commands.command()
def update(
    webhook: WebhookIdx,
    *,
    account: AccountIdx,
    url: Annotated[str | None, typer.Option("--url", help="Where events are sent from now on.")] = None,
    event: Types = None,
    all_events: Annotated[bool, typer.Option("--all-events", help="Events of every type.")] = False,
    card: Card = None,
    payload: Payload = None,
    personal: Personal = None,
    description: Description = None,
    active: Active = None,
    as_json: AsJson = False,
) -> None:
    """Change a webhook. What is not given stays as it is; --card 0 is every card."""
    given = _given(event=event, card=card, payload=payload, personal=personal, description=description, active=active)
    given |= {"url": url} if url is not None else {}
    given |= {"event_types": ()} if all_events else {}

    async def work(db: Database, settings: Settings) -> dict[str, object]:
        def unit(tx: Tx) -> dict[str, object]:
            rule, now_us = webhook_url_rule(settings), SystemClock().now_us()
            if event and all_events:
                raise WebhookInvalid("--all-events: give either --event or --all-events, not both.")
            with _naming_the_option():
                changed = service.change_webhook(tx, account, webhook, given, url_rule=rule, actor=OPERATOR, now_us=now_us)
            return _shown(changed, get_account(tx, account).time_zone)

        return await db.write(unit)

    show(run_work(work, as_json=as_json), as_json=as_json)


@commands.command()
def rotate(webhook: WebhookIdx, *, account: AccountIdx, as_json: AsJson = False) -> None:
    """Give a webhook another secret, which is shown once. The old one signs beside it for 24 hours."""

    def unit(tx: Tx, now_us: int) -> dict[str, object]:
        rotated = service.rotate_secret(tx, account, webhook, actor=OPERATOR, now_us=now_us)
        return {"secret": rotated.secret, **_shown(rotated, get_account(tx, account).time_zone)}

    show(run(unit, as_json=as_json), as_json=as_json)
    _remind(as_json=as_json)


@commands.command("test")
def send_test(webhook: WebhookIdx, *, account: AccountIdx, as_json: AsJson = False) -> None:
    """Send a test event, also to a webhook that is off. The server sends it; see: stampwell webhook attempts"""

    def unit(tx: Tx, now_us: int) -> dict[str, object]:
        event_id = service.send_test(tx, account, webhook, actor=OPERATOR, now_us=now_us)
        return {"webhookIdx": webhook, "eventIdx": event_id}

    show(run(unit, as_json=as_json), as_json=as_json)


@commands.command()
def delete(webhook: WebhookIdx, *, account: AccountIdx, as_json: AsJson = False) -> None:
    """Delete a webhook, with what waits for it and its attempts. Events stay."""

    async def work(db: Database, _settings: Settings) -> dict[str, object]:
        while await db.write(service.clear_some, account, webhook):
            pass
        await db.write(service.delete_webhook, account, webhook, actor=OPERATOR, now_us=SystemClock().now_us())
        return {"accountIdx": account, "webhookIdx": webhook, "deletedYn": "Y"}

    show(run_work(work, as_json=as_json), as_json=as_json)


@commands.command()
def attempts(
    *,
    account: AccountIdx,
    webhook: Annotated[
        int | None, typer.Option("--webhook", metavar="WEBHOOKIDX", min=1, max=LARGEST_IDX, help="At this webhook only.")
    ] = None,
    event: EventIdx = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only those that were no success.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List attempts to deliver events, newest first."""

    def unit(tx: Tx, now_us: int) -> Any:
        zone = get_account(tx, account).time_zone
        page = page_of_attempts(
            tx,
            account,
            webhook_id=webhook,
            event_id=event,
            failed=failed,
            limit=limit,
            cursor=None,
            zone=zone,
            now_us=now_us,
        )
        return page["list"]

    show_list(run(unit, as_json=as_json), as_json=as_json, empty="No attempt yet.")


@commands.command()
def resend(
    webhook: WebhookIdx,
    *,
    account: AccountIdx,
    event: EventIdx = None,
    since: Annotated[
        str | None, typer.Option("--since", help="Every event from then on: 'YYYY-MM-DD HH:mm:ss' in the account's time zone.")
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only those whose last attempt failed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send events again: one of them, or all since a time."""

    async def work(db: Database, _settings: Settings) -> dict[str, object]:
        now_us, zone = SystemClock().now_us(), (await db.read(get_account, account)).time_zone
        start = None if since is None else parse_ymdt(since, zone)
        if (event is None) == (since is None):
            raise WebhookInvalid("--since: give either --event-idx or --since: one event, or every event from a time on.")
        if since is not None and start is None:
            raise WebhookInvalid("--since: must be written 'YYYY-MM-DD HH:mm:ss', or with an offset behind it: +09:00 or Z.")
        with _naming_the_option():
            if event is not None:
                queued = await db.write(resend_event, account, webhook, event, failed=failed, actor=OPERATOR, now_us=now_us)
            else:
                queued = await _resend_since(db, account, webhook, since=start or 0, failed=failed, now_us=now_us)
        return {"webhookIdx": webhook, "queued": queued}

    show(run_work(work, as_json=as_json), as_json=as_json)


async def _resend_since(db: Database, account: int, webhook: int, *, since: int, failed: bool, now_us: int) -> int:
    queued, after = await db.read(first_to_resend, account, webhook, since=since, now_us=now_us)
    while after is not None:
        more, after = await db.write(resend_page, account, webhook, after=after, failed=failed, now_us=now_us)
        queued += more
    return await db.write(end_resending, account, webhook, queued, actor=OPERATOR, now_us=now_us)


def _given(
    *,
    event: list[str] | None,
    card: int | None,
    payload: str | None,
    personal: str | None,
    description: str | None,
    active: str | None,
) -> dict[str, Any]:
    """The fields of Webhook that there are options for."""
    values: Mapping[str, Any] = {
        "event_types": tuple(event) if event else None,
        "card_id": card,
        "thin": None if payload is None else payload == "thin",
        "personal": None if personal is None else personal == "Y",
        "description": description,
        "active": None if active is None else active == "Y",
    }
    return {name: value for name, value in values.items() if value is not None}


@contextmanager
def _naming_the_option() -> Iterator[None]:
    """What is refused is refused by the name of its option, not of the API's field."""
    try:
        yield
    except FieldsWrong as refusal:
        problem = refusal.fields[0]
        option = _OPTIONS.get(problem.field, problem.field)
        raise WebhookInvalid(f"{option}: {problem.problem.said(english)}.") from None


def _remind(*, as_json: bool) -> None:
    if not as_json:
        typer.echo("Keep the secret now: it is not shown again.", err=True)


def _shown(webhook: Webhook, zone: ZoneInfo) -> dict[str, object]:
    return {"accountIdx": webhook.account_id, **webhook.as_json(zone)}
