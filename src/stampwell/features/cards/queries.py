import json
from collections.abc import Mapping
from typing import Any

from stampwell.db.database import Row, Tx
from stampwell.features.cards.model import Card
from stampwell.features.cards.rewards import rewards_from_json, rewards_to_json

_GIVEN = (
    "name",
    "title",
    "max_stamps",
    "reward_title",
    "url",
    "stamp_img_url",
    "onsite",
    "onsite_hash",
    "cooldown_s",
    "daily_max",
    "renews",
    "active",
    "color",
    "paper_color",
    "rewards",
    "carries",
    "location_ids",
)
_COLUMNS = f"account_id, created_at, {', '.join(_GIVEN)}"
_VALUES = f":account_id, :created_at, {', '.join(':' + column for column in _GIVEN)}"
INSERT = f"INSERT INTO card ({_COLUMNS}) VALUES ({_VALUES}) RETURNING *"
INSERT_NUMBERED = f"""
INSERT INTO card (card_id, {_COLUMNS}) VALUES (:card_id, {_VALUES}) ON CONFLICT (card_id) DO NOTHING RETURNING *
"""
# SQLite's AUTOINCREMENT counts on from the highest number by itself.
SKIP_USED_NUMBERS = """
SELECT setval(pg_get_serial_sequence('card', 'card_id'), GREATEST(
    (SELECT last_value FROM pg_sequences WHERE sequencename = 'card_card_id_seq' AND schemaname = current_schema()),
    :card_id))
"""
FIND = "SELECT * FROM card WHERE account_id = :account_id AND card_id = :card_id"
# Waits for whoever changes the card, so that no change is lost. Issuing goes on meanwhile; it waits for a deletion only.
LOCK = {"sqlite": FIND, "postgresql": f"{FIND} FOR NO KEY UPDATE"}
LOCK_TO_DELETE = {"sqlite": FIND, "postgresql": f"{FIND} FOR UPDATE"}
LIST = "SELECT * FROM card WHERE account_id = :account_id ORDER BY card_id"
LIST_ALL = "SELECT * FROM card ORDER BY card_id"
PAGE = "SELECT * FROM card WHERE account_id = :account_id AND card_id < :before_id ORDER BY card_id DESC LIMIT :limit"
UPDATE = f"""
UPDATE card SET {", ".join(f"{column} = :{column}" for column in _GIVEN)}, version = version + 1
WHERE account_id = :account_id AND card_id = :card_id
"""
# Issuing holds a share of the card's row while it puts a stamp in, so that nothing happens between the check and the write.
DELETE_UNUSED = """
DELETE FROM card WHERE account_id = :account_id AND card_id = :card_id
AND NOT EXISTS (SELECT 1 FROM stamp s WHERE s.account_id = :account_id AND s.card_id = :card_id)
"""
ARCHIVE = """
UPDATE card SET archived_at = COALESCE(archived_at, :archived_at), version = version + 1
WHERE account_id = :account_id AND card_id = :card_id
"""
UNARCHIVE = """
UPDATE card SET archived_at = NULL, version = version + 1 WHERE account_id = :account_id AND card_id = :card_id
"""
HAS_STAMPS = "SELECT 1 AS one FROM stamp s WHERE s.account_id = :account_id AND s.card_id = :card_id LIMIT 1"


def insert(tx: Tx, *, card_id: int | None, account_id: int, created_at: int, given: Mapping[str, Any]) -> Card | None:
    """`given` has a value for every other column, named as in Card. None when that card number is taken."""
    given = _stored(given)
    if card_id is None:
        return _card(tx.one(INSERT, account_id=account_id, created_at=created_at, **given))
    row = tx.maybe(INSERT_NUMBERED, card_id=card_id, account_id=account_id, created_at=created_at, **given)
    if row is not None and tx.dialect == "postgresql":
        tx.one(SKIP_USED_NUMBERS, card_id=card_id)
    return None if row is None else _card(row)


def find(tx: Tx, account_id: int, card_id: int) -> Card | None:
    return _maybe(tx.maybe(FIND, account_id=account_id, card_id=card_id))


def lock(tx: Tx, account_id: int, card_id: int) -> Card | None:
    return _maybe(tx.maybe(LOCK[tx.dialect], account_id=account_id, card_id=card_id))


def lock_to_delete(tx: Tx, account_id: int, card_id: int) -> Card | None:
    return _maybe(tx.maybe(LOCK_TO_DELETE[tx.dialect], account_id=account_id, card_id=card_id))


def list_all(tx: Tx, account_id: int | None) -> list[Card]:
    rows = tx.all(LIST_ALL) if account_id is None else tx.all(LIST, account_id=account_id)
    return [_card(row) for row in rows]


def page(tx: Tx, account_id: int, *, before_id: int, limit: int) -> list[Card]:
    """Newest first."""
    return [_card(row) for row in tx.all(PAGE, account_id=account_id, before_id=before_id, limit=limit)]


def update(tx: Tx, card: Card) -> None:
    given = _stored({column: getattr(card, column) for column in _GIVEN})
    tx.run(UPDATE, account_id=card.account_id, card_id=card.card_id, **given)


def delete_unused(tx: Tx, account_id: int, card_id: int) -> bool:
    """False when it has stamps."""
    return tx.run(DELETE_UNUSED, account_id=account_id, card_id=card_id) > 0


def archive(tx: Tx, account_id: int, card_id: int, archived_at: int) -> None:
    tx.run(ARCHIVE, account_id=account_id, card_id=card_id, archived_at=archived_at)


def unarchive(tx: Tx, account_id: int, card_id: int) -> None:
    tx.run(UNARCHIVE, account_id=account_id, card_id=card_id)


def has_stamps(tx: Tx, account_id: int, card_id: int) -> bool:
    return tx.maybe(HAS_STAMPS, account_id=account_id, card_id=card_id) is not None


def _stored(given: Mapping[str, Any]) -> dict[str, Any]:
    """Values of columns: lists as JSON."""
    lists = {"rewards": rewards_to_json(given["rewards"]), "location_ids": json.dumps(list(given["location_ids"]))}
    return {**given, **lists}


def _maybe(row: Row | None) -> Card | None:
    return None if row is None else _card(row)


def _card(row: Row) -> Card:
    return Card(
        card_id=row["card_id"],
        account_id=row["account_id"],
        name=row["name"],
        title=row["title"],
        max_stamps=row["max_stamps"],
        reward_title=row["reward_title"],
        url=row["url"],
        stamp_img_url=row["stamp_img_url"],
        onsite=bool(row["onsite"]),
        onsite_hash=row["onsite_hash"],
        cooldown_s=row["cooldown_s"],
        daily_max=row["daily_max"],
        renews=bool(row["renews"]),
        active=bool(row["active"]),
        archived_at=row["archived_at"],
        created_at=row["created_at"],
        color=row["color"],
        paper_color=row["paper_color"],
        version=row["version"],
        rewards=rewards_from_json(row["rewards"]),
        carries=bool(row["carries"]),
        location_ids=tuple(json.loads(row["location_ids"])),
    )
