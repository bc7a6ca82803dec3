"""The `stampwell` command."""

from typing import Annotated

import typer

from stampwell import __version__
from stampwell.cli import (
    accounts,
    backup,
    cards,
    demo,
    doctor,
    domains,
    keys,
    listen,
    locations,
    migrate,
    people,
    serve,
    stamps,
    webhooks,
)

app = typer.Typer(
    name="stampwell",
    help="Self-hosted digital stamp cards. Settings are environment variables that begin with STAMPWELL_.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("serve")(serve.serve)
app.command("migrate")(migrate.migrate)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.command("backup")(backup.backup)
app.command("listen")(listen.listen)
accounts.commands.command("invite")(people.invite)
app.add_typer(accounts.commands, name="account")
app.add_typer(people.commands, name="person")
app.add_typer(keys.commands, name="key")
app.add_typer(cards.commands, name="card")
app.add_typer(locations.commands, name="location")
app.add_typer(domains.commands, name="domain")
app.add_typer(webhooks.commands, name="webhook")
app.add_typer(stamps.commands, name="stamp")


@app.callback()
def _root(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=lambda on: _version(on=on)),
    ] = False,
) -> None:
    """Self-hosted digital stamp cards. Settings are environment variables that begin with STAMPWELL_."""


def _version(*, on: bool) -> None:
    if on:
        typer.echo(f"stampwell {__version__}")
        raise typer.Exit


def main() -> None:
    """Exit status: 0 done, 1 refused, 2 wrong usage or settings, 3 no database or the wrong schema."""
    app()
