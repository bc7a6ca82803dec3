"""What `stampwell listen` is told, and what it says to what is wrong."""

import os

import pytest

from kit.process import Command

pytestmark = pytest.mark.one_database

SECRET = "whsec_c2FtcGxlIG9mIGEgc2VjcmV0LCB3aGljaCBzaWducyBub3RoaW5n"


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "reason"),
        [
            (("--url", "stamps.example"), "--url: must be an origin such as https://stamps.example.com, without a path."),
            (("--url", "https://stamps.example/api"), "--url: must be an origin such as https://stamps.example.com,"),
            (("--forward", "ftp://x"), "--forward: must begin with https://."),
            (("--secret", "hunter2"), "--secret: must be whsec_ and a key of at least 24 bytes in base64."),
            (("--secret", "whsec_c2hvcnQ="), "--secret: must be whsec_ and a key of at least 24 bytes in base64."),
            (("--secret", f"{SECRET}!"), "--secret: must be whsec_ and a key of at least 24 bytes in base64."),
            (("--since", "yesterday"), "--since: must be a time such as 30s, 10m, 2h or 7d."),
            (("--since", "1h", "--after", "3"), "--since: give either --after or --since, not both."),
            (("--key", "sk live"), "--key: must be an API key, sk_live_…."),
        ],
    )
    def test_wrong_ones(self, stampwell: Command, options: tuple[str, ...], reason: str) -> None:
        key = () if "--key" in options else ("--key", "sk_live_x")
        done = stampwell("listen", *key, *options, "--json")
        assert done.status == 2
        assert done.json["message"].startswith(reason)

    def test_without_a_key(self, stampwell: Command) -> None:
        done = stampwell("listen")
        assert done.status == 2
        assert "STAMPWELL_LISTEN_KEY" in done.err

    def test_its_variables_do_not_keep_a_server_from_starting(self, stampwell: Command) -> None:
        assert os.environ.get("STAMPWELL_LISTEN_KEY") is None
        done = stampwell("account", "list", "--json", listen_key="sk_live_x", listen_secret=SECRET)
        assert done.status == 0, done.out
