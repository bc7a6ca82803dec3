"""The statements that issue a whole batch of stamps, with their ledger and outbox rows.

A row goes in only where the account is not suspended, the card is the account's and open, and a custom domain is verified: the
statement itself proves it, and takes the rules that the stamp keeps for good from the card.
"""

from collections.abc import Sequence
from operator import itemgetter

from stampwell.db.database import Tx
from stampwell.db.rows import over_rows, run_over_rows
from stampwell.features.stamps.model import Issued, NewStamp

_TYPES = {"needs_domain": "boolean", "active": "boolean"} | dict.fromkeys(
    ("account_id", "actor_id", "card_id", "created_at", "stamps", "location_id", "person_id"), "bigint"
)
_NEW_STAMP = {field: _TYPES.get(field, "text") for field in NewStamp._fields}

_GIVEN = (
    "account_id, card_id, code, domain, starts_on, ends_on, active, memo, user_id, user_name, user_phone, "
    "user_phone_digits, user_email, user_email_key, user_etc1, user_etc2, created_at, stamps"
)
_IN_GOOD_STANDING = "EXISTS (SELECT 1 FROM account a WHERE a.account_id = r.account_id AND a.suspended_at IS NULL)"
_IS_HELD = "r.account_id IN (SELECT account_id FROM held)"
_INSERT_PROVED = f"""
    INSERT INTO stamp ({_GIVEN}, max_stamps, reward_title, cooldown_s, daily_max, rewards, carries, sequence)
    SELECT {", ".join("r." + column for column in _GIVEN.split(", "))},
        c.max_stamps, c.reward_title, c.cooldown_s, c.daily_max, c.rewards, c.carries, 1
    FROM r CROSS JOIN card c
    WHERE c.account_id = r.account_id AND c.card_id = r.card_id AND c.active AND c.archived_at IS NULL
    AND r.stamps <= c.max_stamps
    AND (r.location_id IS NULL OR EXISTS (
        SELECT 1 FROM location l WHERE l.account_id = r.account_id AND l.location_id = r.location_id))
    AND {{may_be_changed}}
    AND (NOT r.needs_domain OR EXISTS (
        SELECT 1 FROM domain d WHERE d.account_id = r.account_id AND d.origin = r.domain AND d.verified_at IS NOT NULL))
    ON CONFLICT (code) DO NOTHING
"""
_LEDGER = """
    INSERT INTO stamp_event (account_id, stamp_id, sequence, kind, stamps_before, stamps_after, actor_kind, actor_id, channel,
        person_id, location_id, occurred_at, recorded_at, local_day)
    SELECT s.account_id, s.stamp_id, 1, 'issued', 0, s.stamps, r.actor_kind, r.actor_id, r.channel,
        r.person_id, r.location_id, s.created_at, s.created_at, r.local_day
"""
_OUTBOX = """
    INSERT INTO outbox (account_id, stamp_id, kind, sequence, created_at)
    SELECT account_id, stamp_id, 'stamp.issued', 1, created_at
"""

# PostgreSQL: all of it in one statement, so one round trip. Accounts are held as `features/accounts/admission.py` holds one.
_BATCH_POSTGRESQL = f"""
, held AS (
    SELECT a.account_id FROM account a WHERE a.account_id IN (SELECT account_id FROM r) AND a.suspended_at IS NULL FOR KEY SHARE
), issued AS ({_INSERT_PROVED.format(may_be_changed=_IS_HELD)} RETURNING account_id, stamp_id, code, created_at, stamps
), ledger AS ({_LEDGER} FROM issued s JOIN r ON r.code = s.code
), outboxed AS ({_OUTBOX} FROM issued
)
SELECT stamp_id, code FROM issued
"""

# SQLite has no INSERT inside WITH: three statements in the writer's transaction. The writer is alone, so whatever is
# numbered from the batch's first stamp on belongs to the batch.
_INSERT_SQLITE = f"{_INSERT_PROVED.format(may_be_changed=_IN_GOOD_STANDING)} RETURNING stamp_id, code"
_LEDGER_SQLITE = f"{_LEDGER} FROM r CROSS JOIN stamp s WHERE s.stamp_id = r.stamp_id"
_OUTBOX_SQLITE = f"{_OUTBOX} FROM stamp WHERE stamp_id >= :first"

_FOR_LEDGER = ("actor_kind", "actor_id", "channel", "person_id", "location_id", "local_day")
_LEDGER_COLUMNS = {"stamp_id": "bigint"} | {field: _NEW_STAMP[field] for field in _FOR_LEDGER}
_LEDGER_VALUES = itemgetter(*(NewStamp._fields.index(field) for field in _FOR_LEDGER))


def insert_batch(tx: Tx, batch: Sequence[NewStamp]) -> list[Issued]:
    """Issues every row that it may; the others are missing from the answer, which is in no order."""
    if tx.dialect == "postgresql":
        return [Issued(row["stamp_id"], row["code"]) for row in over_rows(tx, _NEW_STAMP, batch, _BATCH_POSTGRESQL)]
    issued = [Issued(row["stamp_id"], row["code"]) for row in over_rows(tx, _NEW_STAMP, batch, _INSERT_SQLITE)]
    if issued:
        values = {stamp.code: _LEDGER_VALUES(stamp) for stamp in batch}
        run_over_rows(tx, _LEDGER_COLUMNS, [(stamp.stamp_id, *values[stamp.code]) for stamp in issued], _LEDGER_SQLITE)
        tx.run(_OUTBOX_SQLITE, first=min(stamp.stamp_id for stamp in issued))
    return issued
