"""What proves that a cookie or a form is ours: keyed with a secret of the database, so that every process knows it."""

from stampwell.core.signing import is_same, sign
from stampwell.core.units import DAY_S, SECOND_US
from stampwell.db.database import Database
from stampwell.db.secret import page_secret
from stampwell.features.stamps.model import Stamp

REMEMBERED_S = 90 * DAY_S
"""How long a phone on which the PIN was typed need not be given it again."""


class Signer:
    """Call `load` before anything else."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._secret = b""

    async def load(self) -> None:
        """Reads the secret, once."""
        if not self._secret:
            self._secret = bytes.fromhex(await self._db.read(page_secret))

    def form(self, stamp: Stamp) -> str:
        """What the forms of that stamp's page carry. Of a stamp with a PIN only those who know it are given the page."""
        return self._sign("form", stamp)

    def is_form(self, stamp: Stamp, sent: str) -> bool:
        return is_same(sent, self.form(stamp))

    def knowledge(self, stamp: Stamp, *, now_us: int) -> str:
        """The value of the cookie of a phone that knows the stamp's PIN. Another PIN makes it void."""
        until_s = now_us // SECOND_US + REMEMBERED_S
        return f"{until_s}.{self._sign('pin', stamp, str(until_s))}"

    def knows(self, stamp: Stamp, cookie: str, *, now_us: int) -> bool:
        """Whether the cookie says that this phone knows the stamp's PIN, or there is none to know."""
        if stamp.pin_hash is None:
            return True
        until, _, signature = cookie.partition(".")
        if not until.isascii() or not until.isdigit() or int(until[:12]) * SECOND_US <= now_us:
            return False
        return is_same(signature, self._sign("pin", stamp, until))

    def token(self, stamp: Stamp) -> str:
        """What flash messages of that stamp's page are signed with."""
        return self._sign("notice", stamp)

    def _sign(self, purpose: str, stamp: Stamp, more: str = "") -> str:
        # Lengths are fixed or the parts cannot hold a newline, so that no two purposes have one text.
        text = f"{purpose}\n{stamp.stamp_id}\n{stamp.pin_hash or ''}\n{more}"
        return sign(self._secret, text.encode())
