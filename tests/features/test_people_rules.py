"""The bounds of a person's name, e-mail address and password."""

import pytest

from stampwell.features.people.rules import email_problems, name_problems, password_problems

EMAIL = "alice@beans.example"
WORDS = "correct horse battery staple "


@pytest.mark.parametrize(("name", "fits"), [("K", True), ("K" * 100, True), ("K" * 101, False), ("", False), ("a\nb", False)])
def test_names(name: str, *, fits: bool) -> None:
    assert (name_problems(name) == []) is fits


@pytest.mark.parametrize(("length", "fits"), [(254, True), (255, False)])
def test_addresses(length: int, *, fits: bool) -> None:
    domain = f"{'a' * 60}.{'b' * 60}.{'c' * 60}.example"
    email = f"{'k' * 10}@{'d' * (length - len(domain) - 12)}.{domain}"
    assert len(email) == length
    assert (email_problems(email) == []) is fits


@pytest.mark.parametrize(("length", "fits"), [(9, False), (10, True), (200, True), (201, False)])
def test_lengths_of_passwords(length: int, *, fits: bool) -> None:
    assert (password_problems((WORDS * 10)[:length], email=EMAIL) == []) is fits


@pytest.mark.parametrize(
    ("password", "fits"),
    [
        (EMAIL, False),
        (EMAIL.upper(), False),
        ("aabbccaabbcc", False),
        ("aabbccddaabb", True),
        ("Password-of-mine", False),
        ("my-password-of-mine", True),
    ],
)
def test_passwords_that_are_easy_to_guess(password: str, *, fits: bool) -> None:
    assert (password_problems(password, email=EMAIL) == []) is fits
