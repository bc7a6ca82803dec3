"""The secrets that several people share: the staff password of a card (`staff_password.py`), and the PIN of a stamp.

Tries are counted by the client's network, so that nobody who guesses locks anybody else out, and before they are looked at.
(docs/decisions/0033-tries-by-network.md)
"""

from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from typing import NamedTuple

import structlog

from stampwell.core.errors import AppError
from stampwell.core.passwords import Passwords
from stampwell.core.units import DAY_US
from stampwell.core.waits import SKEW_US, whole_minutes, whole_seconds
from stampwell.db.database import Database, Tx
from stampwell.features.stamps import customer_queries, try_queries
from stampwell.features.stamps.errors import PinLocked, PinNetworkLocked, PinWrong, StampNotFound, WrongStaffPassword
from stampwell.features.stamps.model import Stamp
from stampwell.features.stamps.tries import MANY_A_DAY, OF_CARD, OF_PIN, Tries, TryLimit, counted, without_one
from stampwell.features.stamps.try_queries import Subject


class Secret(NamedTuple):
    """A kind of secret. wrong: what refuses another one."""

    name: str
    wrong: type[WrongStaffPassword] | type[PinWrong]


PASSWORD, PIN = Secret("password", WrongStaffPassword), Secret("pin", PinWrong)


class Client(NamedTuple):
    """Who tries a secret. network: what tries are counted by (`core/ip_addresses.py`).

    trusted: known otherwise, as a device of the shop's own is; its tries are neither counted nor refused.
    """

    network: str
    trusted: bool = False


class Try(NamedTuple):
    """A try that was counted: the hash to compare with, if there is one, and how many are left after it; or its refusal."""

    stored: str | None
    left: int
    refusal: AppError | None = None


class SharedSecrets:
    """Whether somebody knows one. on_many_wrong: is called with an account and its card once a day when many are wrong."""

    def __init__(self, db: Database, *, passwords: Passwords, on_many_wrong: Callable[[int, int], None]) -> None:
        self._db = db
        self._passwords = passwords
        self._on_many_wrong = on_many_wrong
        self._log = structlog.get_logger("stampwell.shared_secrets")

    async def check(
        self, stamp: Stamp, secret: Secret, typed: str, begin: Callable[[Tx], Try], *, client: Client, now_us: int
    ) -> str | None:
        """The hash of the secret, which is what was typed; None when there is none any more.

        begin: the unit of work that counts the try. Raises its refusals, `secret.wrong`, and TooBusy.
        """
        self._passwords.require_room(by=client.network)
        tried = await self._db.write(begin)
        refusal = tried.refusal
        if refusal is None and tried.stored is None:
            return None
        if refusal is None and not await self._passwords.matches(typed, tried.stored or "", by=client.network):
            refusal = secret.wrong(left=tried.left)
        await self._settle(stamp, secret, client, refusal, now_us=now_us)
        return tried.stored

    async def check_pin(self, stamp: Stamp, pin: str, *, client: Client, now_us: int) -> str | None:
        """The hash of the stamp's PIN, which this is; None when it has none any more.

        Raises PinWrong, PinLocked, PinNetworkLocked, StampNotFound and TooBusy.
        """
        begin = partial(begin_pin_try, account_id=stamp.account_id, stamp_id=stamp.stamp_id, client=client, now_us=now_us)
        return await self.check(stamp, PIN, pin, begin, client=client, now_us=now_us)

    async def _settle(self, stamp: Stamp, secret: Secret, client: Client, refusal: AppError | None, *, now_us: int) -> None:
        """Notes what became of a try, and raises its refusal."""
        if refusal is None:
            if not client.trusted:
                await self._db.write(forgive_try, stamp, secret, client)
            return
        wrong = isinstance(refusal, secret.wrong)
        self._log.warning(
            f"{secret.name} refused",
            reason="wrong" if wrong else "locked",
            account_id=stamp.account_id,
            card_id=stamp.card_id,
            stamp_id=stamp.stamp_id,
            network=client.network,
        )
        if wrong and await self._db.write(note_wrong_try, stamp.account_id, stamp.card_id, now_us=now_us):
            self._log.warning("many wrong passwords or PINs", account_id=stamp.account_id, card_id=stamp.card_id)
            self._on_many_wrong(stamp.account_id, stamp.card_id)
        raise refusal


def begin_pin_try(tx: Tx, account_id: int, stamp_id: int, *, client: Client, now_us: int) -> Try:
    """Counts a try at the PIN. Raises StampNotFound. Other refusals are answered: a unit that raised would take along what was
    noted of a lock.
    """
    found = customer_queries.lock_pin(tx, account_id, stamp_id)
    if found is None:
        raise StampNotFound(stamp=stamp_id)
    if found.pin_hash is None or client.trusted:
        return Try(found.pin_hash, OF_PIN.most)
    subject = Subject(account_id, found.card_id, 0, PIN.name, digest_of_network(client.network))
    before = try_queries.lock(tx, subject, now_us=now_us)
    (of_pin, pin_wait), (of_card, card_wait) = (
        counted(found.tries, OF_PIN, now_us=now_us),
        counted(before, OF_CARD, now_us=now_us),
    )
    # A lock that was noted is stored in any case; a try that is not looked at is not counted.
    if pin_wait or not card_wait:
        customer_queries.save_tries(tx, account_id, stamp_id, of_pin)
    if card_wait or not pin_wait:
        try_queries.save(tx, subject, of_card)
    if card_wait > pin_wait:
        return Try(None, 0, PinNetworkLocked(minutes=whole_minutes(card_wait), headers=retry_after(card_wait)))
    if pin_wait:
        return Try(None, 0, PinLocked(minutes=whole_minutes(pin_wait), headers=retry_after(pin_wait)))
    return Try(found.pin_hash, min(OF_PIN.most - of_pin.failures, OF_CARD.most - of_card.failures))


def forgive_try(tx: Tx, stamp: Stamp, secret: Secret, client: Client) -> None:
    """The secret is known: the try that was counted was none, and tries in a row on this stamp have ended."""
    of_card, of_stamp = subjects_of(stamp, secret, client)
    if secret is PIN:
        customer_queries.save_tries(tx, stamp.account_id, stamp.stamp_id, Tries())
    try_queries.save(tx, of_card, without_one(try_queries.lock(tx, of_card, now_us=0)))
    if secret is PASSWORD:
        try_queries.forget(tx, of_stamp)


def note_wrong_try(tx: Tx, account_id: int, card_id: int, *, now_us: int) -> bool:
    """Counts a wrong password or PIN of the day; whether it is the one that is reported to the card's owners."""
    failures = try_queries.count_of_day(tx, account_id, card_id, now_us=now_us, day_us=DAY_US, many=MANY_A_DAY)
    return failures == MANY_A_DAY


def cards_with_many_wrong(tx: Tx, account_id: int, *, now_us: int) -> list[tuple[int, str]]:
    """Number and name of the cards on which there were many wrong passwords or PINs in the last 24 hours."""
    return try_queries.list_notified(tx, account_id, since=now_us - DAY_US, until=now_us + SKEW_US)


def prune_secret_tries(tx: Tx, *, before_us: int) -> int:
    """Deletes counts of every account that began before that instant; how many it were."""
    return try_queries.delete_old(tx, before_us)


def digest_of_network(network: str) -> str:
    """As what a network is stored: nobody needs to read its address."""
    return sha256(network.encode("utf-8", "surrogatepass")).hexdigest()


def subjects_of(stamp: Stamp, secret: Secret, client: Client) -> tuple[Subject, Subject]:
    """The card's and the stamp's, in the order in which they are locked."""
    network = digest_of_network(client.network)
    return (
        Subject(stamp.account_id, stamp.card_id, 0, secret.name, network),
        Subject(stamp.account_id, stamp.card_id, stamp.stamp_id, secret.name, network),
    )


def count_tries(
    tx: Tx, subjects: Sequence[Subject], limits: Sequence[TryLimit], *, now_us: int
) -> tuple[tuple[Tries, int], ...]:
    """The tries of each subject after this one, and how long it is locked; none is counted where any is locked."""
    after = tuple(
        counted(try_queries.lock(tx, subject, now_us=now_us), limit, now_us=now_us)
        for subject, limit in zip(subjects, limits, strict=True)
    )
    locked = any(wait for _, wait in after)
    for subject, (tries, wait) in zip(subjects, after, strict=True):
        if wait or not locked:
            try_queries.save(tx, subject, tries)
    return after


def retry_after(wait: int) -> dict[str, str]:
    """The header for who has to wait so many microseconds."""
    return {"Retry-After": str(whole_seconds(wait))}
