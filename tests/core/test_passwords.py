"""Passwords are kept as argon2id hashes that are costly to guess at."""

import asyncio
import re
from collections.abc import Iterator

import pytest

from stampwell.core.passwords import Passwords

PASSWORD = "correct horse battery"


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords()
    yield made
    made.close()


def test_a_hash_costs_what_owasp_advises(passwords: Passwords) -> None:
    """19 MiB and two passes: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html."""
    stored = asyncio.run(passwords.hash(PASSWORD))
    assert re.fullmatch(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}", stored)


def test_it_matches_its_password_and_no_other(passwords: Passwords) -> None:
    stored = asyncio.run(passwords.hash(PASSWORD))
    tried = (PASSWORD, PASSWORD.upper(), "", PASSWORD + " ")
    assert [asyncio.run(passwords.matches(text, stored)) for text in tried] == [True, False, False, False]


def test_two_hashes_of_one_password_differ(passwords: Passwords) -> None:
    first, second = (asyncio.run(passwords.hash(PASSWORD)) for _ in range(2))
    assert first != second


@pytest.mark.parametrize("stored", ["", "no hash", "$argon2id$v=19$m=1", "$argon2id$v=19$m=x,t=y,p=z$a$b", "$2b$12$a"])
def test_what_is_no_hash_is_nobodys(passwords: Passwords, stored: str) -> None:
    assert not asyncio.run(passwords.matches(PASSWORD, stored))


def test_a_hash_of_another_cost_is_still_its_passwords(passwords: Passwords) -> None:
    """So that the cost can be raised one day."""
    cheap = Passwords(memory_kib=64, passes=1)
    stored = asyncio.run(cheap.hash(PASSWORD))
    cheap.close()
    assert asyncio.run(passwords.matches(PASSWORD, stored))
