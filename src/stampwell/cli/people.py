"""`stampwell person …`, and `stampwell account invite`."""

from typing import Annotated

import typer

from stampwell.cli.accounts import AccountIdx
from stampwell.cli.output import WRONG_USE, AsJson, fail, show, show_list
from stampwell.cli.running import run, settings_or_exit
from stampwell.core.days import to_ymdt
from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.audit.model import OPERATOR, Entry
from stampwell.features.audit.service import record
from stampwell.features.people import service
from stampwell.features.people.model import LinkKind
from stampwell.features.people.service import NewLink

commands = typer.Typer(no_args_is_help=True, help="People who sign in to the dashboard.")

_PAGES: dict[LinkKind, str] = {"invitation": "join", "password": "password", "sign_in": "enter"}

EmailOf = Annotated[str, typer.Argument(metavar="EMAIL", help="The address that the person signs in with.")]


def link_url(link: NewLink, dashboard_url: str) -> str:
    """What to open."""
    return f"{dashboard_url}/dashboard/{_PAGES[link.stored.kind]}/{link.token}"


def invite(
    account: AccountIdx,
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whom to invite; they may join with another address.")],
    *,
    role: Annotated[
        str | None, typer.Option("--role", help="owner, manager or staff; without it owner for the first person, else staff.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print a link by which somebody joins an account; it can be used once, within 7 days."""

    def unit(tx: Tx, now_us: int) -> tuple[NewLink, str]:
        link = service.invite_by_operator(tx, account, email=email, role=role, now_us=now_us)
        changes = {"role": [None, link.stored.role.value]}
        record(tx, Entry(account, OPERATOR, "person.invited", link.stored.link_id, email, now_us, changes))
        return link, to_ymdt(link.stored.expires_at, get_account(tx, account).time_zone)

    _show(*run(unit, as_json=as_json), as_json=as_json)


@commands.command("list")
def list_(account: AccountIdx, *, as_json: AsJson = False) -> None:
    """List who may sign in to an account."""

    def unit(tx: Tx, _now_us: int) -> list[dict[str, object]]:
        zone = get_account(tx, account).time_zone
        return [
            {
                "personIdx": person.person_id,
                "accountIdx": person.account_id,
                "email": person.email,
                "personNm": person.name,
                "role": person.role.value,
                "regYmdt": to_ymdt(person.created_at, zone),
            }
            for person in service.list_people(tx, account)
        ]

    empty = f"Nobody yet. Invite somebody: stampwell account invite {account} EMAIL"
    show_list(run(unit, as_json=as_json), as_json=as_json, empty=empty)


@commands.command("password-link")
def password_link(email: EmailOf, *, as_json: AsJson = False) -> None:
    """Print a link by which somebody chooses a new password; it can be used once, within an hour."""
    _link("password", email, "person.password-link", as_json=as_json)


@commands.command("sign-in-link")
def sign_in_link(email: EmailOf, *, as_json: AsJson = False) -> None:
    """Print a link that signs somebody in; it can be used once, within a day."""
    _link("sign_in", email, "person.sign-in-link", as_json=as_json)


@commands.command("remove")
def remove(
    email: EmailOf,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Sign somebody out for good. What they did stays in the history; the last owner of an account cannot be removed."""
    if not yes and not as_json:
        typer.confirm(f"Remove {email}? They are signed out at once.", abort=True)
    if not yes and as_json:
        fail("--json asks nothing: add --yes", status=WRONG_USE, as_json=as_json)

    def unit(tx: Tx, now_us: int) -> dict[str, object]:
        person = service.remove_by_operator(tx, email, now_us=now_us)
        changes = {"role": [person.role.value, None]}
        entry = Entry(person.account_id, OPERATOR, "person.removed", person.person_id, person.name, now_us, changes)
        record(tx, entry)
        return {"personIdx": person.person_id, "accountIdx": person.account_id, "email": person.email, "personNm": person.name}

    show(run(unit, as_json=as_json), as_json=as_json)


def _link(kind: LinkKind, email: str, action: str, *, as_json: bool) -> None:
    def unit(tx: Tx, now_us: int) -> tuple[NewLink, str]:
        link = service.link_for(tx, kind, email, now_us=now_us)
        stored = link.stored
        record(tx, Entry(stored.account_id, OPERATOR, action, stored.person_id, stored.email, now_us))
        return link, to_ymdt(stored.expires_at, get_account(tx, stored.account_id).time_zone)

    _show(*run(unit, as_json=as_json), as_json=as_json)


def _show(link: NewLink, expires: str, *, as_json: bool) -> None:
    settings = settings_or_exit(as_json=as_json)
    base = settings.dashboard_url or f"http://127.0.0.1:{settings.port}"
    shown = {
        "link": link_url(link, base),
        "accountIdx": link.stored.account_id,
        "email": link.stored.email,
        "role": link.stored.role.value,
        "expiresYmdt": expires,
    }
    show(shown, as_json=as_json)
