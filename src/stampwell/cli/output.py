"""What commands print: a JSON object with `--json`, words and tables without."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, its members named as in the API.")]

REFUSED, WRONG_USE, NO_DATABASE = 1, 2, 3


def show(item: Mapping[str, object], *, as_json: bool) -> None:
    """One thing: its members, a line each."""
    if as_json:
        show_json(item)
        return
    width = max(len(name) for name in item)
    for name, value in item.items():
        typer.echo(f"{name:<{width}}  {_words(value)}")


def show_list(
    items: Sequence[Mapping[str, object]], *, as_json: bool, empty: str, columns: Sequence[str] | None = None
) -> None:
    """A table; `empty` says what to do when there is nothing yet. columns: those of the table, None for every member."""
    if as_json:
        show_json({"list": list(items)})
        return
    if not items:
        typer.echo(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    shown = columns or list(items[0])
    for name in shown:
        table.add_column(name, justify="right" if isinstance(items[0][name], int) else "left", overflow="fold")
    for item in items:
        # As text, or a name with square brackets in it would be taken for markup.
        table.add_row(*(Text(_words(item[name])) for name in shown))
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def how_many(count: int, one: str, many: str) -> str:
    """`1 stamp`, `2 stamps`."""
    return f"{count} {one if count == 1 else many}"


def fail(message: str, *, status: int, as_json: bool, code: int | None = None) -> NoReturn:
    """Ends the command: the reason on standard error, or with `--json` as an object on standard output."""
    if as_json:
        show_json({"code": code, "message": message})
    else:
        typer.echo(f"stampwell: {message}", err=True)
    raise typer.Exit(status)


def show_json(value: object) -> None:
    """The value on one line."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def _words(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, list):
        return " ".join(str(part) for part in value)
    return str(value)
