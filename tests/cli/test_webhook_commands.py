"""`stampwell webhook …`, on both databases."""

import pytest

from kit.command import InProcess

URL = "https://shop.example/stampwell"


@pytest.fixture
def account(command: InProcess) -> str:
    done = command.json("account", "create", "Bean & Co", "--plan", "premium", "--timezone", "Asia/Seoul")
    assert done.status == 0, done.err
    return str(done.json["accountIdx"])


@pytest.fixture
def webhook(command: InProcess, account: str) -> str:
    done = command.json("webhook", "create", "--account", account, "--url", URL)
    assert done.status == 0, done.err
    return str(done.json["webhookIdx"])


class TestCreateAndChange:
    def test_the_secret_is_shown_once(self, command: InProcess, account: str) -> None:
        made = command.json("webhook", "create", "--account", account, "--url", URL, "--event", "stamp.full").json
        assert list(made)[:3] == ["secret", "accountIdx", "webhookIdx"]
        assert made["secret"].startswith("whsec_")
        assert (made["url"], made["events"], made["activeYn"]) == (URL, ["stamp.full"], "Y")
        listed = command.json("webhook", "list", "--account", account)
        assert listed.json == {"list": [{name: value for name, value in made.items() if name != "secret"}]}
        rotated = command.json("webhook", "rotate", made["webhookIdx"], "--account", account).json
        assert {**rotated, "secret": ""} == {**made, "secret": ""}
        assert rotated["secret"] != made["secret"]

    def test_in_words_it_says_to_keep_it(self, command: InProcess, account: str) -> None:
        done = command("webhook", "create", "--account", account, "--url", URL)
        assert done.err == "Keep the secret now: it is not shown again.\n"
        assert "whsec_" in done.out
        assert "whsec_" not in command("webhook", "list", "--account", account).out

    def test_what_is_not_given_stays(self, command: InProcess, account: str, webhook: str) -> None:
        change = ("webhook", "update", webhook, "--account", account)
        card = command.json("card", "create", "--account", account, "--name", "Coffee", "--max-stamps", "10").json["cardIdx"]
        given = ("--event", "stamp.full", "--event", "stamp.added", "--card", card, "--payload", "thin", "--personal", "Y")
        changed = command.json(*change, *given, "--description", "The till", "--active", "N").json
        names = ("events", "cardIdx", "payload", "personalYn", "description", "activeYn")
        assert [changed[name] for name in names] == [["stamp.full", "stamp.added"], card, "thin", "Y", "The till", "N"]
        assert command.json(*change).json == changed
        cleared = command.json(*change, "--all-events", "--card", "0", "--description", "", "--active", "Y").json
        assert [cleared[name] for name in names] == [[], 0, "thin", "Y", None, "Y"]

    @pytest.mark.parametrize(
        ("options", "reason"),
        [
            (("--url", "http://shop.example"), "--url: must begin with https://."),
            (("--event", "stamp.ful"), "--event: there is no event type stamp.ful; did you mean stamp.full?"),
            (("--description", "d" * 201), "--description: must have at most 200 characters."),
            (("--description", "a\tb"), "--description: has a tab (U+0009) inside: remove it."),
            (("--event", "stamp.full", "--all-events"), "--all-events: give either --event or --all-events, not both."),
        ],
    )
    def test_refusals_name_the_option(
        self, command: InProcess, account: str, webhook: str, options: tuple[str, ...], reason: str
    ) -> None:
        done = command.json("webhook", "update", webhook, "--account", account, *options)
        assert (done.status, done.json["message"][: len(reason)]) == (1, reason)

    def test_an_empty_list_says_what_to_do(self, command: InProcess, account: str) -> None:
        done = command("webhook", "list", "--account", account)
        assert done.out == f"No webhook yet. Make one: stampwell webhook create --account {account} --url URL\n"

    def test_one_that_is_not_there(self, command: InProcess, account: str) -> None:
        for act in ("update", "rotate", "test", "delete"):
            done = command.json("webhook", act, "5", "--account", account)
            assert (done.status, done.json["code"]) == (1, 40407)
        done = command.json("webhook", "resend", "5", "--account", account, "--since", "2026-01-01 00:00:00")
        assert (done.status, done.json["code"]) == (1, 40407)


class TestSending:
    def test_a_test_is_queued_and_can_be_sent_again(self, command: InProcess, account: str, webhook: str) -> None:
        tested = command.json("webhook", "test", webhook, "--account", account).json
        assert list(tested) == ["webhookIdx", "eventIdx"]
        again = command.json("webhook", "resend", webhook, "--account", account, "--event-idx", tested["eventIdx"])
        assert again.json == {"webhookIdx": int(webhook), "queued": 1}
        since = command.json("webhook", "resend", webhook, "--account", account, "--since", "2026-01-01 00:00:00")
        assert since.json == {"webhookIdx": int(webhook), "queued": 1}
        failed = command.json("webhook", "resend", webhook, "--account", account, "--since", "2026-01-01 00:00:00", "--failed")
        assert failed.json["queued"] == 0

    @pytest.mark.parametrize(
        ("options", "reason"),
        [
            ((), "--since: give either --event-idx or --since: one event, or every event from a time on."),
            (("--since", "2026-01-01 00:00:00", "--event-idx", "1"), "--since: give either --event-idx or --since"),
            (("--since", "yesterday"), "--since: must be written 'YYYY-MM-DD HH:mm:ss'"),
        ],
    )
    def test_what_is_wrong_is_named(
        self, command: InProcess, account: str, webhook: str, options: tuple[str, ...], reason: str
    ) -> None:
        done = command.json("webhook", "resend", webhook, "--account", account, *options)
        assert (done.status, done.json["message"][: len(reason)]) == (1, reason)

    def test_to_one_that_is_off(self, command: InProcess, account: str, webhook: str) -> None:
        command.json("webhook", "update", webhook, "--account", account, "--active", "N")
        done = command.json("webhook", "resend", webhook, "--account", account, "--since", "2026-01-01 00:00:00")
        expected = f"WEBHOOKIDX: webhook {webhook} is switched off; switch it on first."

        assert (done.status, done.json["message"]) == (1, expected)

    def test_attempts_of_none(self, command: InProcess, account: str, webhook: str) -> None:
        assert command.json("webhook", "attempts", "--account", account, "--webhook", webhook).json == {"list": []}
        assert command("webhook", "attempts", "--account", account).out == "No attempt yet.\n"

    def test_deleted_it_is_gone(self, command: InProcess, account: str, webhook: str) -> None:
        command.json("webhook", "test", webhook, "--account", account)
        gone = command.json("webhook", "delete", webhook, "--account", account).json
        assert gone == {"accountIdx": int(account), "webhookIdx": int(webhook), "deletedYn": "Y"}
        assert command.json("webhook", "list", "--account", account).json == {"list": []}
