"""Links that commands print name the address at which a server really answers."""

from pathlib import Path

import httpx2
import pytest

from kit.process import Command, Serve

NOTE = "stampwell.db-server"


def _invited(stampwell: Command, **settings: object) -> str:
    """The link that Bob is sent."""
    done = stampwell("account", "invite", "1", "bob@beans.example", "--json", **settings)
    assert done.status == 0, done.err
    return str(done.json["link"])


@pytest.fixture
def account(stampwell: Command) -> None:
    assert stampwell("account", "create", "Bean & Co").status == 0


@pytest.mark.usefixtures("account")
class TestWhileAServerRuns:
    @pytest.mark.parametrize("options", [(), ("--workers", "2"), ("--host", "0.0.0.0")])
    def test_its_port_is_named(self, stampwell: Command, serve: Serve, options: tuple[str, ...], tmp_path: Path) -> None:
        server = serve(*options)
        port = server.base.rpartition(":")[2]
        invited = _invited(stampwell)
        assert invited.startswith(f"http://127.0.0.1:{port}/dashboard/join/")
        assert httpx2.get(invited).status_code == 200
        assert server.stop() == 0
        assert not (tmp_path / NOTE).exists()

    def test_what_stands_in_the_place_of_its_note_is_left_alone(self, serve: Serve, tmp_path: Path) -> None:
        precious = tmp_path / "precious"
        precious.write_text("kept")
        (tmp_path / NOTE).symlink_to(precious)
        server = serve()
        assert ((tmp_path / NOTE).read_text(), precious.read_text()) == (server.base, "kept")

    def test_the_name_that_people_know_comes_first(self, stampwell: Command, serve: Serve) -> None:
        serve()
        name = "https://stamps.example.com"
        assert _invited(stampwell, dashboard_url=name).startswith(f"{name}/dashboard/join/")


@pytest.mark.usefixtures("account")
class TestWithoutAServer:
    def test_a_killed_one_is_not_named(self, stampwell: Command, serve: Serve, tmp_path: Path) -> None:
        server = serve()
        server.kill()
        assert (tmp_path / NOTE).exists()
        invited = _invited(stampwell, port=8124)
        assert invited.startswith("http://127.0.0.1:8124/")

    @pytest.mark.parametrize("note", ["", "nonsense", "http://127.0.0.1:99999", "http://["])
    def test_a_note_that_says_nothing_is_passed_over(self, stampwell: Command, tmp_path: Path, note: str) -> None:
        (tmp_path / NOTE).write_text(note)
        invited = _invited(stampwell, port=8125)
        assert invited.startswith("http://127.0.0.1:8125/")
