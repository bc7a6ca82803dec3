"""The staff password of a card: checked before the reward is handed out, or a mark is made on the customer's own phone.

Whoever has signed in is known without it: surfaces ask for their permission instead.

It is checked outside the transaction that needs it, because hashing takes long; in there `require_checked` asks whether it is
still the card's.
"""

from functools import partial

from stampwell.core.errors import DatabaseUnavailable, FieldError, FieldsWrong
from stampwell.core.phrases import Phrase, phrase
from stampwell.core.waits import whole_seconds
from stampwell.db.database import Tx
from stampwell.features.accounts.admission import admit
from stampwell.features.stamps import queries, rules
from stampwell.features.stamps.errors import NetworkLocked, RedemptionLocked, StampNotFound, WrongStaffPassword
from stampwell.features.stamps.model import EventMeta, Stamp
from stampwell.features.stamps.shared_secrets import PASSWORD, Client, SharedSecrets, Try, count_tries, retry_after, subjects_of
from stampwell.features.stamps.states import Action
from stampwell.features.stamps.tries import OF_CARD, OF_STAMP

_MISSING = phrase("required: this card is redeemed with its staff password")


async def check_staff_password(
    secrets: SharedSecrets,
    stamp: Stamp,
    password: str | None,
    *,
    action: Action,
    meta: EventMeta,
    client: Client,
    missing: Phrase = _MISSING,
) -> str | None:
    """The hash that the staff password of the stamp's card matches; None where none is asked for: the card has none, or who
    acts has signed in.

    missing: what is said where none was typed. Raises what the stamp's state refuses the action with, FieldsWrong without a
    password, WrongStaffPassword, RedemptionLocked, NetworkLocked and TooBusy.
    """
    if not stamp.card_onsite or meta.actor.person_id is not None:
        return None
    _check_state(stamp, action, meta)
    if not password:
        raise FieldsWrong([FieldError("onsitePwd", missing)])
    begin = partial(
        begin_password_try,
        account_id=stamp.account_id,
        stamp_id=stamp.stamp_id,
        action=action,
        meta=meta,
        client=client,
    )
    return await secrets.check(stamp, PASSWORD, password, begin, client=client, now_us=meta.recorded_at)


def require_checked(stamp: Stamp, checked_hash: str | None, *, action: Action, meta: EventMeta) -> None:
    """Returns where the password that was checked, None for none, lets the action be done on the stamp as it is now.

    A card without a staff password is redeemed without one, but never marked on the customer's phone by who has not signed in.
    Raises DatabaseUnavailable where the card has got another password in between, and what the stamp's state refuses the action
    with.
    """
    if meta.actor.person_id is not None:
        return
    is_allowed = stamp.card_onsite_hash == checked_hash if stamp.card_onsite else action is not Action.ADD
    if is_allowed:
        return
    # What another try cannot mend is said instead.
    _check_state(stamp, action, meta)
    raise DatabaseUnavailable("the card's staff password is being changed")


def begin_password_try(tx: Tx, account_id: int, stamp_id: int, *, action: Action, meta: EventMeta, client: Client) -> Try:
    """Counts a try on a stamp whose state allows the action.

    A refusal is answered, not raised: a unit that raised would take along what was noted of a lock. Raises StampNotFound,
    what the stamp's state refuses the action with, and AccountSuspended: such an account's password is not even tried.
    """
    admit(tx, account_id)
    stamp = queries.find_each(tx, [(account_id, stamp_id)]).get((account_id, stamp_id))
    if stamp is None:
        raise StampNotFound(stamp=stamp_id)
    _check_state(stamp, action, meta)
    if client.trusted:
        return _try(stamp, OF_STAMP.most)
    (of_card, card_wait), (of_stamp, stamp_wait) = count_tries(
        tx, subjects_of(stamp, PASSWORD, client), (OF_CARD, OF_STAMP), now_us=meta.recorded_at
    )
    if stamp_wait >= card_wait > 0 or (stamp_wait and not card_wait):
        refusal = RedemptionLocked(retry_after_s=whole_seconds(stamp_wait), headers=retry_after(stamp_wait))
        return Try(None, 0, refusal)
    if card_wait:
        return Try(None, 0, NetworkLocked(retry_after_s=whole_seconds(card_wait), headers=retry_after(card_wait)))
    return _try(stamp, min(OF_STAMP.most - of_stamp.failures, OF_CARD.most - of_card.failures))


def _try(stamp: Stamp, left: int) -> Try:
    """Of a card that has lost its password meanwhile, none is right."""
    return Try(stamp.card_onsite_hash, left, None if stamp.card_onsite_hash else WrongStaffPassword(left=left))


def _check_state(stamp: Stamp, action: Action, meta: EventMeta) -> None:
    rules.check(action, stamp, meta, count=1 if action is Action.ADD else 0)
