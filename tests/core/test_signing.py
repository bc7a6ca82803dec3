"""Signatures: what an earlier version signed and browsers and clients still hold stays good, to the byte."""

from types import SimpleNamespace
from typing import Any

import pytest

from stampwell.core.paging import make_cursor, read_cursor
from stampwell.core.phrases import phrase
from stampwell.core.signing import SIGNATURE_LENGTH, is_same, keyed_digest, sign
from stampwell.dashboard.deps import DashboardDeps
from stampwell.features.people import known_browsers
from stampwell.stamp_page.signer import Signer
from stampwell.web import flash

SECRET = "ab" * 32
NOW_US = 1_772_442_000_000_000
TOKEN = "token-of-the-session"


class TestSigning:
    def test_it_is_hmac_sha256(self) -> None:
        # RFC 4231, test case 2.
        expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        assert keyed_digest(b"Jefe", b"what do ya want for nothing?").hex() == expected
        assert sign(b"Jefe", b"what do ya want for nothing?") == expected[:SIGNATURE_LENGTH]

    @pytest.mark.parametrize(
        ("given", "expected", "same"),
        [("a", "a", True), ("a", "b", False), ("", "a", False), ("a", b"a", True), ("é", "é", True), ("\ud800", "a", False)],
    )
    def test_whatever_was_sent_is_compared(self, given: str, expected: str | bytes, *, same: bool) -> None:
        assert is_same(given, expected) is same


class TestWhatIsOutThere:
    def test_cursors(self) -> None:
        cursor, position = "AAZMBs_LhAAAAAAAAAAAB6X_TC8TByyWp4CoeRV7lt0=", (NOW_US, 7)
        assert make_cursor(SECRET, "stamps/1", position) == cursor
        assert read_cursor(SECRET, "stamps/1", cursor) == position

    def test_notices(self) -> None:
        content = "W1siU2F2ZWQgZm9yIHtuYW1lfS4iLCB7Im5hbWUiOiAiXHVhZTQwIn1dLCAiL2Rhc2hib2FyZC91bmRvIl0="
        cookie, said = f"68b5484c7cfb733f5ec20756ea4cfd9f{content}", phrase("Saved for {name}.", name="김")
        assert flash.sign_flash(said, undo="/dashboard/undo", token=TOKEN) == cookie
        assert flash.read_flash(cookie, token=TOKEN) == flash.Flash(said, "/dashboard/undo")
        assert flash.read_flash(cookie, token=f"{TOKEN}s") is None

    def test_browsers_that_are_known(self) -> None:
        nonce = "N" * 16
        cookie = f"1803978000.{nonce}.1625acae47b935f3fdd39d9c69b57f66"
        found = {
            person_id: known_browsers.find_nonce(cookie, "Ann@Example.com", person_id, secret=SECRET, now_us=NOW_US)
            for person_id in (5, 6)
        }
        assert found == {5: nonce, 6: ""}

    @pytest.mark.parametrize(
        ("pin_hash", "form", "token", "knowledge"),
        [
            (
                None,
                "6fd57affbb63fed76faa457a1b1293c2",
                "8baf6d40542d4dfdc1b5fb41f4f98510",
                "1780218000.f790974c1a9b5fc55f4285094b887837",
            ),
            (
                "$argon2id$x",
                "59ee51927da48b69e2f0304bb941c096",
                "9b8141d4302d0bd66259a3683c8c12af",
                "1780218000.f96e8afc463dc6c1f8a4038be2c82864",
            ),
        ],
    )
    def test_the_customers_page(self, pin_hash: str | None, form: str, token: str, knowledge: str) -> None:
        database: Any = None
        signer = Signer(database)
        signer._secret = bytes.fromhex(SECRET)
        stamp: Any = SimpleNamespace(stamp_id=7, pin_hash=pin_hash)
        other: Any = SimpleNamespace(stamp_id=8, pin_hash="$argon2id$x")
        assert (signer.form(stamp), signer.token(stamp), signer.knowledge(stamp, now_us=NOW_US)) == (form, token, knowledge)
        assert (signer.is_form(stamp, form), signer.is_form(other, form)) == (True, False)
        assert (signer.knows(stamp, knowledge, now_us=NOW_US), signer.knows(other, knowledge, now_us=NOW_US)) == (True, False)

    def test_forms_of_the_dashboard(self) -> None:
        deps = object.__new__(DashboardDeps)
        assert deps.csrf_of(TOKEN, 5) == "aa1c029670fa881e15bea9f9702eea99488b9396d25f4411cfd54f4a5c417183"
        assert deps.csrf_of("", 5) == ""
