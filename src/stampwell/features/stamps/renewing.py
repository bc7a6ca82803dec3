"""The customer's next stamp: issued when one is redeemed, or filled with marks to spare, in the same transaction."""

from stampwell.core.codes import new_stamp_code
from stampwell.core.days import day_of
from stampwell.core.emails import stored_email_key
from stampwell.core.phones import phone_digits
from stampwell.db.database import Tx
from stampwell.features.cards.errors import CardClosed
from stampwell.features.stamps import rules
from stampwell.features.stamps.issuing import issue_one
from stampwell.features.stamps.model import EventMeta, NewStamp, Stamp


def issue_next(tx: Tx, stamp: Stamp, *, meta: EventMeta) -> int | None:
    """The number of a new stamp of the card for the same customer; None when the card takes no new stamps any more."""
    starts_on, ends_on = rules.renewal_days(stamp, meta.today)
    next_stamp = NewStamp(
        account_id=stamp.account_id,
        actor_kind=meta.actor.kind,
        actor_id=meta.actor.actor_id,
        channel=meta.actor.channel,
        card_id=stamp.card_id,
        code=new_stamp_code(),
        domain=stamp.domain,
        needs_domain=False,
        starts_on=starts_on.isoformat(),
        ends_on=ends_on.isoformat(),
        active=True,
        memo=None,
        user_id=stamp.user_id,
        user_name=stamp.user_name,
        user_phone=stamp.user_phone,
        user_phone_digits=phone_digits(stamp.user_phone or "") or stamp.user_phone_digits,
        user_email=stamp.user_email,
        user_email_key=stored_email_key(stamp.user_email),
        user_etc1=stamp.user_etc1,
        user_etc2=stamp.user_etc2,
        created_at=meta.recorded_at,
        location_id=meta.location_id,
        person_id=meta.actor.person_id,
        local_day=day_of(meta.recorded_at, meta.zone).isoformat(),
    )
    try:
        return issue_one(tx, next_stamp).stamp_id
    except CardClosed:
        return None
