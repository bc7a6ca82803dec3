"""docs/cli.md names every command, option and JSON member there is."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from texts import page, sections
from typer.main import get_command

from kit.data import Data
from kit.databases import Databases
from kit.people import open_account
from stampwell.cli import app
from stampwell.cli.output import NO_DATABASE, REFUSED, WRONG_USE
from stampwell.core.actors import OPERATOR
from stampwell.features.accounts import service as accounts
from stampwell.features.cards import service as cards
from stampwell.features.domains import service as domains
from stampwell.features.keys import service as keys
from stampwell.features.locations import service as locations
from stampwell.features.stamps.model import Stamp
from stampwell.features.stamps.objects import stamp_object

_PAGE = page("docs/cli.md")
_SECTIONS = sections(_PAGE)
_UTC = ZoneInfo("UTC")


def _leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, inner in command.commands.items():
        yield from _leaves(inner, (*path, name))


_COMMANDS = dict(_leaves(get_command(app)))


def test_the_sections_are_the_commands() -> None:
    assert list(_SECTIONS) == list(dict.fromkeys(path[0] for path in _COMMANDS))


@pytest.mark.parametrize("path", _COMMANDS, ids=" ".join)
def test_every_option_and_argument(path: tuple[str, ...]) -> None:
    section = _SECTIONS[path[0]]
    lines = [line for line in section.splitlines() if line.startswith(f"| `{' '.join(path)}")] if len(path) > 1 else [section]
    (text,) = lines
    for parameter in _COMMANDS[path].params:
        names = parameter.opts if parameter.param_type_name == "option" else [parameter.metavar.replace("|", "\\|")]
        for name in names:
            assert name in (section if name == "--json" else text)


def test_options_of_the_command_itself() -> None:
    for parameter in get_command(app).params:
        for option in (*parameter.opts, *parameter.secondary_opts):
            assert f"`{option}`" in _PAGE or f"{option}`" in _PAGE


def test_exit_statuses() -> None:
    for status in (0, REFUSED, WRONG_USE, NO_DATABASE):
        assert f"\n| {status} |" in _PAGE


class TestJsonMembers:
    @pytest.fixture
    def data(self, databases: Databases) -> Iterator[Data]:
        with Data(databases.fresh("sqlite")) as opened:
            yield opened

    def test_of_accounts_keys_cards_locations_and_domains(self, data: Data) -> None:
        account_id = open_account(data, now_us=1).account_id
        data.write(domains.add, account_id, origin="https://stamps.example", verified=False, actor=OPERATOR, now_us=1)
        place = data.write(locations.create_location, account_id, name="Main Street", actor=OPERATOR, now_us=1)
        shown = {
            "location": place.as_json(_UTC),
            "account": data.read(accounts.get_account, account_id).as_json(),
            "key": data.read(keys.list_keys, account_id)[0].as_json(_UTC),
            "card": data.read(cards.list_cards, account_id)[0].as_json(_UTC),
            "domain": data.read(domains.list_domains, account_id)[0].as_json(_UTC),
        }
        for command, members in shown.items():
            assert [member for member in members if f"`{member}`" not in _SECTIONS[command]] == []

    def test_of_stamps(self) -> None:
        stamp = Stamp(**dict.fromkeys(Stamp._fields, 0))._replace(rewards="[]", handed_out="[]")
        assert [member for member in stamp_object(stamp, _UTC) if f"`{member}`" not in _SECTIONS["stamp"]] == []
