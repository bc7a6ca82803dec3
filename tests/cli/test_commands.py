"""Every command on both databases: its JSON, its words, its exit status."""

import re

import pytest
from typer.testing import CliRunner

from kit.dns import NameServer
from kit.process import Done, environment
from stampwell.cli import app

_YMDT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_KEY = re.compile(r"sk_live_[A-Za-z0-9]{44}")


class _Cli:
    """`cli("account", "list")` on the test's database, as JSON. In this process: a test runs dozens of commands."""

    def __init__(self, database_url: str, **settings: object) -> None:
        self._environment = environment(database_url=database_url, **settings)

    def __call__(self, *words: str) -> Done:
        return self.words(*words, "--json")

    def words(self, *words: str) -> Done:
        result = CliRunner().invoke(app, words, env=self._environment)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Done(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def cli(database_url: str) -> _Cli:
    return _Cli(database_url)


@pytest.fixture
def account(cli: _Cli) -> str:
    done = cli("account", "create", "Bean & Co", "--plan", "premium", "--timezone", "Asia/Seoul")
    assert done.status == 0, done.err
    return str(done.json["accountIdx"])


def _without_times(item: dict[str, object]) -> dict[str, object]:
    assert _YMDT.fullmatch(str(item["regYmdt"]))
    return {name: value for name, value in item.items() if name != "regYmdt"}


class TestAccount:
    def test_create_and_list(self, cli: _Cli, account: str) -> None:
        expected = {
            "accountIdx": int(account),
            "accountNm": "Bean & Co",
            "plan": "premium",
            "timeZone": "Asia/Seoul",
            "countryCode": "KR",
            "stampIdxFormat": "integer",
            "suspendedYn": "N",
        }
        assert [_without_times(item) for item in cli("account", "list").json["list"]] == [expected]
        assert "Bean & Co" in cli.words("account", "list").out

    def test_defaults_suit_a_shop_of_ones_own(self, cli: _Cli) -> None:
        created = cli("account", "create", "Mine").json
        assert (created["plan"], created["timeZone"], created["countryCode"]) == ("enterprise", "UTC", None)

    def test_country_of_phone_numbers(self, cli: _Cli, account: str) -> None:
        assert cli("account", "create", "Elsewhere", "--timezone", "UTC", "--country", "jp").json["countryCode"] == "JP"
        assert cli("account", "set-country", account, "us").json["countryCode"] == "US"
        assert [row["countryCode"] for row in cli("account", "list").json["list"]] == ["US", "JP"]
        assert cli("account", "set-country", account, "auto").json["countryCode"] == "KR"

    def test_plan_format_suspension(self, cli: _Cli, account: str) -> None:
        assert cli("account", "set-plan", account, "free").json["plan"] == "free"
        assert cli("account", "set-stamp-idx-format", account, "code").json["stampIdxFormat"] == "code"
        assert cli("account", "suspend", account).json["suspendedYn"] == "Y"
        assert cli("account", "resume", account).json["suspendedYn"] == "N"

    @pytest.mark.parametrize(
        ("words", "status", "reason"),
        [
            (["create", "X", "--plan", "gold"], 2, "There is no plan 'gold'. The plans are: free, personal,"),
            (["create", "X", "--timezone", "Mars/Olympus"], 1, "'Mars/Olympus' is no IANA time zone."),
            (["create", "X", "--country", "ZZ"], 1, "'ZZ' is no country. Use its ISO 3166 code of two letters,"),
            (["set-country", "99", "KR"], 1, "There is no account 99."),
            (["create", "   "], 1, "NAME must have 1 to 100 printable characters."),
            (["create", "Bean\xa0& Co"], 1, "NAME has a no-break space (U+00A0) inside: remove it."),
            (["create", "X", "--stamp-idx-format", "hex"], 2, "There is no stamp idx format 'hex'."),
            (["set-plan", "99", "free"], 1, "There is no account 99. See: stampwell account list"),
            (["suspend", "99"], 1, "There is no account 99."),
        ],
    )
    def test_refusals_say_what_to_do(self, cli: _Cli, words: list[str], status: int, reason: str) -> None:
        done = cli("account", *words)
        assert (done.status, done.json["message"][: len(reason)]) == (status, reason)
        said = cli.words("account", *words)
        assert (said.status, said.out) == (status, "")
        assert said.err.startswith(f"stampwell: {reason}")


class TestUsage:
    @pytest.mark.parametrize(
        "words",
        [
            ["account", "suspend", "9223372036854775808"],
            ["account", "suspend", "0"],
            ["account", "suspend", "one"],
            ["key", "list", "--account", "-1"],
            ["key", "revoke", "99999999999999999999"],
            ["key", "create"],
            ["card", "create", "--account", "1", "--name", "C", "--max-stamps", "5", "--card-idx", "0"],
            ["domain", "add", "https://x.example", "--account", "99999999999999999999"],
        ],
    )
    def test_wrong_usage_is_said_before_anything_is_done(self, cli: _Cli, words: list[str]) -> None:
        done = cli.words(*words)
        assert (done.status, done.out) == (2, "")
        assert "Error" in done.err


class TestKey:
    def test_a_key_is_shown_once(self, cli: _Cli, account: str) -> None:
        made = cli("key", "create", "--account", account, "--name", "till").json
        assert _KEY.fullmatch(made["apiKey"])
        (listed,) = cli("key", "list", "--account", account).json["list"]
        assert listed == {name: value for name, value in made.items() if name != "apiKey"}
        assert made["apiKey"] not in cli.words("key", "list").out
        assert _without_times(listed) == {
            "keyIdx": made["keyIdx"],
            "accountIdx": int(account),
            "keyNm": "till",
            "prefix": made["apiKey"][:20],
            "scopes": [
                "card:read",
                "card:write",
                "customer:read",
                "location:read",
                "location:write",
                "stamp:create",
                "stamp:read",
                "stamp:redeem",
                "stamp:write",
                "webhook:read",
                "webhook:write",
            ],
            "expiresYmdt": None,
            "revokedYmdt": None,
            "lastUsedYmdt": None,
        }

    def test_scopes_and_expiry(self, cli: _Cli, account: str) -> None:
        made = cli(
            "key", "create", "--account", account, "--scope", "stamp:create,stamp:read", "--scope", "card:read",
            "--expires", "2999-12-31",
        )  # fmt: skip
        assert made.json["scopes"] == ["card:read", "stamp:create", "stamp:read"]
        assert made.json["expiresYmdt"] == "2999-12-31 23:59:59"

    def test_revoking_twice_keeps_the_first_time(self, cli: _Cli, account: str) -> None:
        key = str(cli("key", "create", "--account", account).json["keyIdx"])
        first = cli("key", "revoke", key).json["revokedYmdt"]
        assert first is not None
        assert cli("key", "revoke", key).json["revokedYmdt"] == first

    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            (["create", "--account", "99"], "There is no account 99."),
            (["create", "--account", "1", "--scope", "stamp:eat"], "--scope: there is no scope 'stamp:eat'."),
            (["create", "--account", "1", "--expires", "tomorrow"], "--expires: must be a day written YYYY-MM-DD."),
            (
                ["create", "--account", "1", "--expires", "2999-01-01\u200b"],
                "--expires: has a zero-width space (U+200B) at the end",
            ),
            (["create", "--account", "1", "--expires", "2020-01-01"], "--expires: that day is over"),
            (["revoke", "99"], "There is no key 99. See: stampwell key list"),
        ],
    )
    def test_refusals_say_what_to_do(self, cli: _Cli, account: str, words: list[str], reason: str) -> None:
        assert account == "1"
        done = cli("key", *words)
        assert (done.status, done.json["message"][: len(reason)]) == (1, reason)
        assert cli("key", "list").json == {"list": []}


class TestCard:
    def test_create_and_list(self, cli: _Cli, account: str) -> None:
        made = cli(
            "card", "create", "--account", account, "--name", "Coffee", "--max-stamps", "10", "--title", "Ten coffees",
            "--reward", "One free", "--url", "https://beans.example/menu", "--card-idx", "123",
        )  # fmt: skip
        assert _without_times(made.json) == {
            "cardIdx": 123,
            "accountIdx": int(account),
            "cardNm": "Coffee",
            "cardTtl": "Ten coffees",
            "maxStamps": 10,
            "rewardTtl": "One free",
            "url": "https://beans.example/menu",
            "stampImgUrl": "",
            "onsiteYn": "N",
            "onsitePwd": None,
            "cooldownSec": 0,
            "dailyMax": 0,
            "renewYn": "N",
            "activeYn": "Y",
            "archivedYn": "N",
            "carryYn": "N",
            "rewards": [],
            "locationIdxs": [],
        }
        assert cli("card", "list").json == {"list": [made.json]}

    def test_a_name_with_brackets_is_no_markup(self, cli: _Cli, account: str) -> None:
        cli("card", "create", "--account", account, "--name", "[bold]x[/nope]", "--max-stamps", "5")
        assert "[bold]x[/nope]" in cli.words("card", "list").out

    def test_numbers_go_on_after_a_chosen_one(self, cli: _Cli, account: str) -> None:
        common = ["card", "create", "--account", account, "--name", "C", "--max-stamps", "5"]
        assert cli(*common, "--card-idx", "123").json["cardIdx"] == 123
        assert cli(*common, "--card-idx", "7").json["cardIdx"] == 7
        assert cli(*common).json["cardIdx"] == 124

    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            (["--name", "C", "--max-stamps", "0"], "--max-stamps: 1 to 100, not 0."),
            (["--name", "C", "--max-stamps", "101"], "--max-stamps: 1 to 100, not 101."),
            (["--name", " ", "--max-stamps", "5"], "--name: a card needs a name."),
            (["--name", "C" * 101, "--max-stamps", "5"], "--name: at most 100 printable characters."),
            (["--name", "C\td", "--max-stamps", "5"], "--name: has a tab (U+0009) inside: remove it."),
            (["--name", "C", "--max-stamps", "5", "--url", "http://x.example"], "--url: must begin with https://"),
        ],
    )
    def test_refusals_name_the_option(self, cli: _Cli, account: str, words: list[str], reason: str) -> None:
        done = cli("card", "create", "--account", account, *words)
        assert (done.status, done.json["message"][: len(reason)]) == (1, reason)

    def test_a_number_that_is_taken(self, cli: _Cli, account: str) -> None:
        common = ["card", "create", "--account", account, "--name", "C", "--max-stamps", "5", "--card-idx", "123"]
        cli(*common)
        done = cli(*common)
        assert (done.status, done.json["message"]) == (1, "--card-idx: 123 is taken. Leave it out to be given a free one.")


class TestDomain:
    def test_add_verify_list_remove(self, cli: _Cli, account: str) -> None:
        added = cli("domain", "add", "--account", account, "HTTPS://Stamps.Example.com:443/").json
        assert (added["domain"], added["verifiedYn"]) == ("https://stamps.example.com", "N")
        assert cli("domain", "add", "--account", account, "https://stamps.example.com", "--verified").json["verifiedYn"] == "Y"
        # Adding it again takes no proof away.
        assert cli("domain", "add", "--account", account, "https://stamps.example.com").json["verifiedYn"] == "Y"
        assert [item["domain"] for item in cli("domain", "list").json["list"]] == ["https://stamps.example.com"]
        assert cli("domain", "remove", "--account", account, "https://stamps.example.com/").json == {
            "accountIdx": int(account),
            "domain": "https://stamps.example.com",
            "removedYn": "Y",
        }
        assert cli("domain", "list").json == {"list": []}

    def test_check(self, database_url: str, cli: _Cli, account: str, name_server: NameServer, dialect: str) -> None:
        asking = _Cli(database_url, dns_servers=name_server.setting)
        origin = f"https://cli.{dialect}.example"
        cli("domain", "add", "--account", account, origin)
        none = asking("domain", "check", "--account", account, origin)
        assert (none.status, none.json["verifiedYn"], none.json["verifiedBy"]) == (1, "N", None)
        assert none.json["problems"][0].startswith(f"There is no TXT record at {none.json['recordNm']} yet.")
        assert _YMDT.fullmatch(none.json["checkYmdt"])
        name_server.set_text(none.json["recordNm"], none.json["recordText"])
        done = asking("domain", "check", "--account", account, origin)
        assert (done.status, done.json["verifiedYn"], done.json["verifiedBy"], done.json["problems"]) == (0, "Y", "dns", [])
        assert "verifiedBy  dns" in asking.words("domain", "check", "--account", account, origin).out
        assert asking("domain", "check", "--account", account, "https://other.example").status == 1

    def test_refusals(self, cli: _Cli, account: str) -> None:
        other = str(cli("account", "create", "Other").json["accountIdx"])
        cli("domain", "add", "--account", other, "https://stamps.example.com", "--verified")
        taken = cli("domain", "add", "--account", account, "https://stamps.example.com", "--verified")
        assert (taken.status, taken.json["message"]) == (
            1,
            "https://stamps.example.com is verified for another account. Remove it there first.",
        )
        assert cli("domain", "add", "--account", account, "stamps.example.com").status == 1
        assert cli("domain", "remove", "--account", account, "https://stamps.example.com").status == 1
