"""`stampwell listen`: the events of a running server, as they happen."""

import asyncio
import base64
import re
import signal
import sys
from contextlib import suppress
from typing import Annotated

import typer
from pydantic_core import to_json
from rich.console import Console
from rich.text import Text

from stampwell.cli.event_feed import NEWEST, EventFeed, EventObject, FeedEnded, number_of
from stampwell.cli.event_forwarding import EventForwarder
from stampwell.cli.event_lines import line_of
from stampwell.cli.options import LARGEST_IDX
from stampwell.cli.output import REFUSED, WRONG_USE, fail
from stampwell.core.clock import SystemClock
from stampwell.core.days import to_rfc3339
from stampwell.core.origins import canonical_origin
from stampwell.core.phrases import english
from stampwell.core.units import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from stampwell.core.unseen import unseen_or_in_english
from stampwell.features.webhooks.signing import new_secret
from stampwell.outbound.client import OutboundClient
from stampwell.outbound.reach import EVERYWHERE, Reach
from stampwell.outbound.urls import WrongUrl, read_url
from stampwell.settings import LISTEN_KEY, LISTEN_SECRET

_UNITS_US = {"s": SECOND_US, "m": MINUTE_US, "h": HOUR_US, "d": DAY_US}
_AGO = re.compile(r"([0-9]{1,6})([smhd])")
# As Standard Webhooks has it.
_PREFIX, _LEAST_BYTES = "whsec_", 24
_KEY = re.compile(r"[!-~]+")


class _OptionWrong(Exception):
    """What is wrong with an option, which the text names."""


def listen(
    *,
    key: Annotated[str, typer.Option("--key", envvar=LISTEN_KEY, help="An API key with the scope webhook:read.")],
    url: Annotated[str, typer.Option("--url", help="Origin of the server.")] = "http://127.0.0.1:8000",
    forward: Annotated[str | None, typer.Option("--forward", help="Address that each event is posted to, signed.")] = None,
    secret: Annotated[
        str | None, typer.Option("--secret", envvar=LISTEN_SECRET, help="Signs what is forwarded; without it, a new one.")
    ] = None,
    kind: Annotated[str, typer.Option("--type", help="Only events of this type.")] = "",
    after: Annotated[
        int | None, typer.Option("--after", min=0, max=LARGEST_IDX, help="Begin behind the event of that number.")
    ] = None,
    since: Annotated[str | None, typer.Option("--since", help="Begin that long ago: 30s, 10m, 2h, 7d.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print each event as JSON on a line of its own.")] = False,
) -> None:
    """Print the events of a running server as they happen, from now on, and forward them. Runs until Ctrl-C."""
    try:
        listener = _Listener(
            origin=_origin(url),
            key=_key(key),
            kind=kind,
            forward=None if forward is None else _address(forward),
            secret=new_secret() if secret is None else _secret(secret),
            as_json=as_json,
        )
        begin = _begin(after, since)
    except _OptionWrong as wrong:
        fail(str(wrong), status=WRONG_USE, as_json=as_json)
    try:
        asyncio.run(listener.run(begin))
    except FeedEnded as ended:
        fail(str(ended), status=REFUSED, as_json=as_json, code=ended.code)


class _Listener:
    """Events go to standard output, everything else to standard error."""

    def __init__(self, *, origin: str, key: str, kind: str, forward: str | None, secret: str, as_json: bool) -> None:
        self._origin = origin
        self._key = key
        self._kind = kind
        self._forward = forward
        self._secret = secret
        self._as_json = as_json
        self._console = Console(highlight=False, soft_wrap=True)
        self._done_with: int | None = None

    async def run(self, begin: int | str) -> None:
        """Until Ctrl-C or SIGTERM. begin: as of `_begin`. Raises FeedEnded."""
        task = asyncio.ensure_future(self._listen(begin))
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        with suppress(asyncio.CancelledError):
            await task
        if self._done_with is not None:
            _note(f"Ended. To go on from here: --after {self._done_with}")

    async def _listen(self, begin: int | str) -> None:
        # It is the operator's own terminal, which may reach what the operator may.
        client = OutboundClient(Reach(listed=EVERYWHERE))
        feed = EventFeed(client, self._origin, key=self._key, kind=self._kind, note=_note)
        forwarder = None
        try:
            if self._forward is not None:
                forwarder = EventForwarder(client, self._forward, secret=self._secret, clock=SystemClock())
                _note(f"Forwarding to {self._forward}, signed with {self._secret}")
            after = begin if isinstance(begin, int) else await feed.position_before(begin)
            self._done_with = after
            _note(f"Listening to {self._origin}, to what comes after event {after}. Ctrl-C ends it.")
            async for event in feed.events(after):
                self._show(event)
                if forwarder is not None:
                    taken, text = await forwarder.forward(event)
                    self._show_answer(text, "green" if taken else "red")
                self._done_with = number_of(event)
        finally:
            client.close()

    def _show(self, event: EventObject) -> None:
        if self._as_json:
            typer.echo(to_json(event))
        else:
            self._console.print(line_of(event))

    def _show_answer(self, text: str, style: str) -> None:
        if self._as_json:
            _note(f"→ {text}")
        else:
            self._console.print(Text.assemble((f"    → {text}", style)))


def _note(sentence: str) -> None:
    typer.echo(sentence, err=True)
    sys.stderr.flush()


def _origin(url: str) -> str:
    origin = canonical_origin(url)
    if origin is None:
        wanted = "must be an origin such as https://stamps.example.com, without a path"
        raise _OptionWrong(f"--url: {unseen_or_in_english(url, wanted)}.")
    return origin


def _key(key: str) -> str:
    if _KEY.fullmatch(key) is None:
        raise _OptionWrong(f"--key: {unseen_or_in_english(key, 'must be an API key, sk_live_…')}.")
    return key


def _address(forward: str) -> str:
    try:
        read_url(forward)
    except WrongUrl as error:
        raise _OptionWrong(f"--forward: {error.problem.said(english)}.") from None
    return forward


def _secret(secret: str) -> str:
    with suppress(ValueError):
        if secret.startswith(_PREFIX) and len(base64.b64decode(secret.removeprefix(_PREFIX), validate=True)) >= _LEAST_BYTES:
            return secret
    wanted = f"must be {_PREFIX} and a key of at least {_LEAST_BYTES} bytes in base64"
    raise _OptionWrong(f"--secret: {unseen_or_in_english(secret, wanted)}.")


def _begin(after: int | None, since: str | None) -> int | str:
    """The number of an event, or an instant."""
    if after is not None and since is not None:
        raise _OptionWrong("--since: give either --after or --since, not both.")
    if after is not None:
        return after
    if since is None:
        return NEWEST
    found = _AGO.fullmatch(since)
    if found is None:
        raise _OptionWrong(f"--since: {unseen_or_in_english(since, 'must be a time such as 30s, 10m, 2h or 7d')}.")
    return to_rfc3339(max(0, SystemClock().now_us() - int(found[1]) * _UNITS_US[found[2]]))
