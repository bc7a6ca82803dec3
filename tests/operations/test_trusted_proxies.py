"""Whose `X-Forwarded-For` a real server believes: nobody's, or that of the proxies of the settings."""

import re

import httpx2
import pytest

from kit.data import Data
from kit.people import ALICES_CARD, open_account
from kit.process import Command, Serve
from stampwell.core.clock import SystemClock
from stampwell.features.people.model import Role
from stampwell.features.people.service import add_person, link_for

pytestmark = pytest.mark.one_database

CLAIMED = "203.0.113.7"


def address_of_session(base: str, data: Data, *, forwarded: str) -> str:
    """Signs in by a link, with that header; the client's address as the session has it."""
    now_us = SystemClock().now_us()
    link = data.write(link_for, "sign_in", "alice@beans.example", now_us=now_us)
    headers = {"X-Forwarded-For": forwarded, "Origin": base, "Content-Type": "application/x-www-form-urlencoded"}
    answer = httpx2.post(f"{base}/dashboard/enter/{link.token}", content=b"csrf=", headers=headers)
    assert answer.status_code == 303, answer.text
    return str(data.rows("SELECT address FROM session ORDER BY session_id DESC LIMIT 1")[0]["address"])


@pytest.mark.parametrize(
    ("trusted", "forwarded", "believed"),
    [
        (None, CLAIMED, "127.0.0.1"),
        ("192.0.2.1", CLAIMED, "127.0.0.1"),
        ("127.0.0.1", CLAIMED, CLAIMED),
        ("127.0.0.0/8,::1", CLAIMED, CLAIMED),
        # What the client claimed to the proxy is left of what the proxy saw.
        ("127.0.0.1", f"198.51.100.9, {CLAIMED}", CLAIMED),
        ("127.0.0.1,198.51.100.0/24", f"{CLAIMED}, 198.51.100.9", CLAIMED),
        ("127.0.0.1", "<script>", ""),
        ("*", CLAIMED, CLAIMED),
    ],
)
def test_the_address_of_a_client(database_url: str, serve: Serve, trusted: str | None, forwarded: str, believed: str) -> None:
    with Data(database_url) as data:
        account = open_account(data, card_id=ALICES_CARD, now_us=1)
        data.write(add_person, account.account_id, email="alice@beans.example", name="Alice", role=Role.OWNER, now_us=1)
        settings = {} if trusted is None else {"trusted_proxies": trusted}
        server = serve(database_url=database_url, **settings)
        assert address_of_session(server.base, data, forwarded=forwarded) == believed


@pytest.mark.parametrize("wrong", ["proxy.example", "127.0.0.1,*", "10.0.0.1/8", "127.0.0.1;127.0.0.2"])
def test_what_is_no_address_stops_the_start(stampwell: Command, wrong: str) -> None:
    done = stampwell("serve", trusted_proxies=wrong)
    assert done.status == 2
    assert re.search(r"STAMPWELL_TRUSTED_PROXIES: must be addresses or networks", done.err)
