"""Brings what old stamps are looked up by to today's rules: digits of phone numbers, keys of addresses, words to search by.

In steps, while the server runs. A step is worked out in a read and written in one short write, which moves the place up to
which stamps were looked at: whoever is killed goes on there, and of several processes that take the same step one does it.
A stamp that was changed between read and write is worked out again under its lock, so that no change is lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from stampwell.core.emails import stored_email_key
from stampwell.core.phones import phone_digits
from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.stamps.model import StampKey
from stampwell.features.stamps.search import upgrade_queries
from stampwell.features.stamps.search.tokens import ending_word, words_of
from stampwell.features.stamps.search.upgrade_queries import OldStamp, Place, Word


class Upgraded(NamedTuple):
    """A stamp that is not as it should be: as it was read, and what it should have."""

    old: OldStamp
    phone_digits: str | None
    email_key: str | None
    new_words: Sequence[Word]
    gone_words: Sequence[Word]


class UpgradeStep(NamedTuple):
    """Stamps above one number and up to another; those of them that have to change."""

    from_id: int
    to_id: int
    stamps: Sequence[Upgraded]


def read_place(tx: Tx) -> Place:
    """How far old stamps have been looked at."""
    return upgrade_queries.place(tx)


def take_step(tx: Tx, *, limit: int) -> UpgradeStep | None:
    """Works out the next stamps; None when there are none left."""
    place = upgrade_queries.place(tx)
    stamps = [] if place.finished else upgrade_queries.next_stamps(tx, after=place.after_id, limit=limit)
    return UpgradeStep(place.after_id, stamps[-1].stamp_id, _to_upgrade(tx, stamps)) if stamps else None


def apply_step(tx: Tx, step: UpgradeStep) -> bool:
    """Writes what has to change; False when somebody else has done it already."""
    if not upgrade_queries.move(tx, from_id=step.from_id, to_id=step.to_id):
        return False
    if not step.stamps:
        return True
    upgrade_queries.hold_digest(tx)
    known = {upgraded.old.stamp_id: upgraded for upgraded in step.stamps}
    present = upgrade_queries.lock_each(tx, [_name(upgraded.old) for upgraded in step.stamps])
    changed = [stamp for stamp in present if stamp != known[stamp.stamp_id].old]
    as_read = [known[stamp.stamp_id] for stamp in present if stamp == known[stamp.stamp_id].old]
    _write(tx, [*as_read, *_to_upgrade(tx, changed)])
    return True


def finish(tx: Tx) -> bool:
    """Notes that all stamps have been looked at; False when there are more, or it was noted before."""
    return upgrade_queries.finish(tx)


def _write(tx: Tx, stamps: Sequence[Upgraded]) -> None:
    rows = [(*_name(stamp.old), stamp.phone_digits, stamp.email_key) for stamp in stamps if _is_stored_otherwise(stamp)]
    if rows:
        upgrade_queries.save(tx, rows)
    # In the order of the table, which is the cheapest to write.
    if gone := sorted(word for stamp in stamps for word in stamp.gone_words):
        upgrade_queries.delete_words(tx, gone)
    if new := sorted(word for stamp in stamps for word in stamp.new_words):
        upgrade_queries.add_words(tx, new)


def _to_upgrade(tx: Tx, stamps: Sequence[OldStamp]) -> list[Upgraded]:
    regions = {account_id: get_account(tx, account_id).region for account_id in {stamp.account_id for stamp in stamps}}
    words = upgrade_queries.words_of(tx, [_name(stamp) for stamp in stamps]) if stamps else {}
    upgraded = [_upgraded(stamp, regions, words[stamp.stamp_id]) for stamp in stamps]
    return [one for one in upgraded if _is_stored_otherwise(one) or one.new_words or one.gone_words]


def _upgraded(stamp: OldStamp, regions: Mapping[int, str | None], words: set[str]) -> Upgraded:
    customer = stamp.customer
    # Without words the projection of the ledger has not come to it; it goes by today's rules.
    wanted = {*words_of(customer, regions[stamp.account_id]), ending_word(stamp.code)} if words else words
    return Upgraded(
        stamp,
        stamp.phone_digits if customer.user_phone is None else phone_digits(customer.user_phone) or None,
        stored_email_key(customer.user_email),
        _words(stamp, wanted - words),
        _words(stamp, words - wanted),
    )


def _words(stamp: OldStamp, words: Iterable[str]) -> list[Word]:
    return [Word(stamp.account_id, word, stamp.created_at, stamp.stamp_id) for word in words]


def _is_stored_otherwise(stamp: Upgraded) -> bool:
    return (stamp.phone_digits, stamp.email_key) != (stamp.old.phone_digits, stamp.old.email_key)


def _name(stamp: OldStamp) -> StampKey:
    return StampKey(stamp.account_id, stamp.stamp_id)
