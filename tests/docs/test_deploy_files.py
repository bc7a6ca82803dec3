"""The files in deploy/ name things that exist."""

import re
import tomllib
from pathlib import Path

import pytest
from texts import ROOT, page
from typer.main import get_command

from stampwell.cli import app
from stampwell.settings import Settings
from stampwell.stamp_page.live_pages import LONGEST_S

_INSTALLED = "/opt/stampwell/"
_UNITS = sorted((ROOT / "deploy").glob("*.service"))


def _command(words: list[str]) -> None:
    """Fails unless it is a command of ours with options that it has."""
    command, *options = words
    known = {name for parameter in get_command(app).commands[command].params for name in parameter.opts}
    assert {word for word in options if word.startswith("--")} <= known


class TestUnits:
    @pytest.mark.parametrize("unit", _UNITS, ids=lambda path: path.name)
    def test_paths(self, unit: Path) -> None:
        paths = re.findall(rf"{_INSTALLED}(\S+)", unit.read_text(encoding="utf-8"))
        assert paths
        assert [path for path in paths if not path.startswith(".venv/bin/") and not (ROOT / path).exists()] == []

    @pytest.mark.parametrize("unit", _UNITS, ids=lambda path: path.name)
    def test_commands(self, unit: Path) -> None:
        started = rf"^ExecStart={_INSTALLED}\.venv/bin/stampwell (.+)$"
        (command,) = re.findall(started, unit.read_text(encoding="utf-8"), re.MULTILINE)
        _command(command.split())

    def test_both_work_on_the_same_database(self) -> None:
        named = [re.findall(r"STAMPWELL_DATABASE_URL=\S+", unit.read_text(encoding="utf-8")) for unit in _UNITS]
        assert len(named) == 2
        assert named[0] == named[1]


class TestImage:
    def test_copies_what_is_there_and_let_through(self) -> None:
        allowed = re.findall(r"^!(.+)$", page("deploy/Dockerfile.dockerignore"), re.MULTILINE)
        sources = [
            source
            for line in re.findall(r"^COPY (?!--from)(.+)$", page("deploy/Dockerfile"), re.MULTILINE)
            for source in line.split()[:-1]
        ]
        assert {source for source in sources if not (ROOT / source).exists()} == set()
        assert sorted(allowed) == sorted(sources)

    def test_is_built_and_run_on_one_python(self) -> None:
        assert len(set(re.findall(r"^FROM (\S+)", page("deploy/Dockerfile"), re.MULTILINE))) == 1

    def test_has_what_the_package_needs(self) -> None:
        assert tomllib.loads(page("pyproject.toml"))["project"]["readme"] in page("deploy/Dockerfile")

    def test_its_command(self) -> None:
        (command,) = re.findall(r'^CMD \["(\w+)"\]$', page("deploy/Dockerfile"), re.MULTILINE)
        _command([command])


_PROXIES = sorted((ROOT / "deploy").glob("Caddyfile*"))


class TestProxies:
    def test_there_are_two(self) -> None:
        assert len(_PROXIES) == 2

    @pytest.mark.parametrize("proxy", _PROXIES, ids=lambda path: path.name)
    def test_the_metrics_stay_inside(self, proxy: Path) -> None:
        assert "@inside path /metrics /tls/ask\n\trespond @inside 404\n" in proxy.read_text(encoding="utf-8")

    @pytest.mark.parametrize("proxy", _PROXIES, ids=lambda path: path.name)
    def test_idle_connections_are_given_up_before_the_server_does(self, proxy: Path) -> None:
        text = proxy.read_text(encoding="utf-8")
        (idle_s,) = re.findall(r"transport http \{\s*keepalive (\d+)s\s*\}", text)
        assert text.count("reverse_proxy") == 1
        assert int(idle_s) < Settings.model_fields["keep_alive_seconds"].default

    @pytest.mark.parametrize("proxy", _PROXIES, ids=lambda path: path.name)
    def test_it_waits_for_nobody_for_ever(self, proxy: Path) -> None:
        (block,) = re.findall(r"\t\ttimeouts \{\n(.*?)\n\t\t\}\n", proxy.read_text(encoding="utf-8"), re.DOTALL)
        found = re.findall(r"(\w+) (?:\{\$\w+:)?(\d+)([sm])\b", block)
        seconds = {name: int(count) * {"s": 1, "m": 60}[unit] for name, count, unit in found}
        assert set(seconds) == {"read_header", "read_body", "write", "idle"}
        assert seconds["read_header"] <= Settings.model_fields["head_seconds"].default
        assert seconds["read_body"] <= Settings.model_fields["body_seconds"].default
        # A card that is open keeps its stream of news as long.
        assert seconds["write"] > LONGEST_S


class TestCompose:
    @pytest.mark.parametrize("name", ["compose.sqlite.yaml", "compose.postgresql.yaml"])
    def test_the_image_and_the_files(self, name: str) -> None:
        text = page(f"deploy/{name}")
        assert re.findall(r"dockerfile: (\S+)", text) == ["deploy/Dockerfile"]
        for mounted in re.findall(r"- (\./[^:]+):", text):
            assert (ROOT / "deploy" / mounted).exists()
        for command in re.findall(r'command: \["(\w+)"\]', text):
            _command([command])

    @pytest.mark.parametrize("name", ["compose.sqlite.yaml", "compose.postgresql.yaml"])
    def test_what_a_server_behind_a_proxy_needs_is_passed_on(self, name: str) -> None:
        passed = dict(re.findall(r"^ +(STAMPWELL_\w+): \$\{\1:-(.*)\}$", page(f"deploy/{name}"), re.MULTILINE))
        assert passed.keys() >= {
            "STAMPWELL_TRUSTED_PROXIES",
            "STAMPWELL_DASHBOARD_URL",
            "STAMPWELL_SMTP_URL",
            "STAMPWELL_MAIL_FROM",
        }
        given = {name.removeprefix("STAMPWELL_").lower(): value for name, value in passed.items() if value}
        assert Settings.model_validate(given).trusted_proxies == ("172.16.0.0/12", "192.168.0.0/16")

    def test_the_unit_names_the_proxy_on_its_machine(self) -> None:
        (named,) = re.findall(r"^Environment=STAMPWELL_TRUSTED_PROXIES=(\S+)$", page("deploy/stampwell.service"), re.MULTILINE)
        assert Settings.model_validate({"trusted_proxies": named}).trusted_proxies == ("127.0.0.1/32", "::1/128")
