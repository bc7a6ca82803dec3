"""`stampwell person …`, and `stampwell account invite`."""

from typing import Annotated

import typer

from stampwell.cli.accounts import AccountIdx
from stampwell.cli.options import LARGEST_IDX
from stampwell.cli.output import WRONG_USE, AsJson, fail, show, show_list
from stampwell.cli.running import run, settings_or_exit
from stampwell.cli.server_note import find_server
from stampwell.core.days import to_ymdt
from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.people import access_links, service
from stampwell.features.people.access_links import NewLink
from stampwell.features.people.model import LinkKind

commands = typer.Typer(no_args_is_help=True, help="People who sign in to the dashboard.")

_PAGES: dict[LinkKind, str] = {"invitation": "join", "password": "password", "sign_in": "enter", "address": "profile/address"}

EmailOf = Annotated[str, typer.Argument(metavar="EMAIL", help="The address that the person signs in with.")]
InAccount = Annotated[
    int | None,
    typer.Option("--account", min=1, max=LARGEST_IDX, help="The account's number; where several people give that address."),
]


def link_url(link: NewLink, dashboard_url: str) -> str:
    """What to open. Whoever the operator gives it to has proved the address by opening it."""
    return f"{dashboard_url}/dashboard/{_PAGES[link.stored.kind]}/{link.proof_token}"


def invite(
    account: AccountIdx,
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whom to invite.")],
    *,
    role: Annotated[
        str | None, typer.Option("--role", help="owner, manager or staff; without it owner for the first person, else staff.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print a link to join an account. It works once, within 7 days."""

    def unit(tx: Tx, now_us: int) -> tuple[NewLink, str]:
        link = access_links.invite_by_operator(tx, account, email=email, role=role, now_us=now_us)
        return _with_expiry(tx, link)

    _show(*run(unit, as_json=as_json), as_json=as_json)


@commands.command("list")
def list_(account: AccountIdx, *, as_json: AsJson = False) -> None:
    """List the people who can sign in to an account."""

    def unit(tx: Tx, _now_us: int) -> list[dict[str, object]]:
        zone = get_account(tx, account).time_zone
        return [
            {
                "personIdx": person.person_id,
                "accountIdx": person.account_id,
                "email": person.email,
                "emailProvedYn": "Y" if person.proved else "N",
                "personNm": person.name,
                "role": person.role.value,
                "regYmdt": to_ymdt(person.joined_at, zone),
            }
            for person in service.list_people(tx, account)
        ]

    empty = f"Nobody yet. Invite someone: stampwell account invite {account} EMAIL"
    show_list(run(unit, as_json=as_json), as_json=as_json, empty=empty)


@commands.command("password-link")
def password_link(email: EmailOf, *, account: InAccount = None, as_json: AsJson = False) -> None:
    """Print a link to choose a new password. It works once, within an hour."""
    _link("password", email, account=account, as_json=as_json)


@commands.command("sign-in-link")
def sign_in_link(email: EmailOf, *, account: InAccount = None, as_json: AsJson = False) -> None:
    """Print a link that signs a person in. It works once, within a day."""
    _link("sign_in", email, account=account, as_json=as_json)


@commands.command("address-link")
def address_link(
    email: EmailOf,
    *,
    new: Annotated[str | None, typer.Option("--new", help="Another address, which takes the place of EMAIL.")] = None,
    account: InAccount = None,
    as_json: AsJson = False,
) -> None:
    """Print a link to confirm an e-mail address while signed in. It works once, within a day."""

    def unit(tx: Tx, now_us: int) -> tuple[NewLink, str]:
        link = access_links.address_link_by_operator(tx, email, new, account_id=account, now_us=now_us)
        return _with_expiry(tx, link)

    _show(*run(unit, as_json=as_json), as_json=as_json)


@commands.command("remove")
def remove(
    email: EmailOf,
    *,
    account: InAccount = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove a person from an account. Their history stays; the last owner can't be removed."""
    if not yes and not as_json:
        typer.confirm(f"Remove {email}? They are signed out at once.", abort=True)
    if not yes and as_json:
        fail("--json asks nothing: add --yes", status=WRONG_USE, as_json=as_json)

    def unit(tx: Tx, now_us: int) -> dict[str, object]:
        person = service.remove_by_operator(tx, email, account_id=account, now_us=now_us)
        return {"personIdx": person.person_id, "accountIdx": person.account_id, "email": person.email, "personNm": person.name}

    show(run(unit, as_json=as_json), as_json=as_json)


def _link(kind: LinkKind, email: str, *, account: int | None, as_json: bool) -> None:
    def unit(tx: Tx, now_us: int) -> tuple[NewLink, str]:
        link = access_links.link_for(tx, kind, email, account_id=account, now_us=now_us)
        return _with_expiry(tx, link)

    _show(*run(unit, as_json=as_json), as_json=as_json)


def _with_expiry(tx: Tx, link: NewLink) -> tuple[NewLink, str]:
    """The link and when it expires, in the account's time zone."""
    return link, to_ymdt(link.stored.expires_at, get_account(tx, link.stored.account_id).time_zone)


def _show(link: NewLink, expires: str, *, as_json: bool) -> None:
    settings = settings_or_exit(as_json=as_json)
    base = settings.dashboard_url or find_server(settings.database_url) or f"http://127.0.0.1:{settings.port}"
    shown = {
        "link": link_url(link, base),
        "accountIdx": link.stored.account_id,
        "email": link.stored.email,
        "role": link.stored.role.value,
        "expiresYmdt": expires,
    }
    show(shown, as_json=as_json)
