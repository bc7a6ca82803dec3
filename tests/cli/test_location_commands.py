"""`stampwell location …`, and `stampwell card create --location`, on both databases."""

import pytest

from kit.command import InProcess


@pytest.fixture
def account(command: InProcess) -> str:
    done = command.json("account", "create", "Bean & Co", "--plan", "premium", "--timezone", "Asia/Seoul")
    assert done.status == 0, done.err
    return str(done.json["accountIdx"])


class TestLocation:
    def test_create_update_list(self, command: InProcess, account: str) -> None:
        made = command.json("location", "create", "--account", account, "--name", "Main Street").json
        number = str(made["locationIdx"])
        assert list(made) == ["accountIdx", "locationIdx", "locationNm", "activeYn", "regYmdt"]
        assert (made["locationNm"], made["activeYn"]) == ("Main Street", "Y")
        assert (
            command.json("location", "update", number, "--account", account, "--name", "Station").json["locationNm"]
            == "Station"
        )
        switched = command.json("location", "update", number, "--account", account, "--active", "N").json
        assert (switched["locationNm"], switched["activeYn"]) == ("Station", "N")
        assert command.json("location", "list", "--account", account).json == {"list": [switched]}

    def test_an_empty_list_says_what_to_do(self, command: InProcess, account: str) -> None:
        done = command("location", "list", "--account", account)
        assert done.out == f"No location yet. Make one: stampwell location create --account {account} --name NAME\n"

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("MAIN street", "--name: location 1 is already called Main Street; choose another name, or use that location."),
            (" ", "--name: has a space (U+0020) at the start: remove it."),
            ("n" * 101, "--name: must have 1 to 100 printable characters."),
            ("a\tb", "--name: has a tab (U+0009) inside: remove it."),
        ],
    )
    def test_refusals_name_the_option(self, command: InProcess, account: str, name: str, reason: str) -> None:
        command.json("location", "create", "--account", account, "--name", "Main Street")
        done = command.json("location", "create", "--account", account, "--name", name)
        assert (done.status, done.json["message"]) == (1, reason)

    def test_one_that_is_not_there(self, command: InProcess, account: str) -> None:
        done = command.json("location", "update", "5", "--account", account, "--active", "N")
        assert (done.status, done.json["code"]) == (1, 40406)


class TestCard:
    def test_is_made_for_some_locations(self, command: InProcess, account: str) -> None:
        numbers = [
            command.json("location", "create", "--account", account, "--name", name).json["locationIdx"]
            for name in ("Main Street", "Station")
        ]
        common = ("card", "create", "--account", account, "--name", "Coffee", "--max-stamps", "10")
        made = command.json(*common, "--location", numbers[1], "--location", numbers[0])
        assert made.json["locationIdxs"] == numbers
        assert command.json(*common).json["locationIdxs"] == []

    def test_a_location_that_is_not_there_is_refused(self, command: InProcess, account: str) -> None:
        common = ("card", "create", "--account", account, "--name", "Coffee", "--max-stamps", "10")
        done = command.json(*common, "--location", "5")
        assert (done.status, done.json["code"]) == (1, 40406)
        assert done.json["message"].startswith("--location: this account has no location 5.")
        assert command.json("card", "list", "--account", account).json == {"list": []}
