from stampwell.db.database import Row, Tx
from stampwell.features.cards.model import Card

_COLUMNS = "account_id, name, title, max_stamps, reward_title, url, active, created_at"
_VALUES = ":account_id, :name, :title, :max_stamps, :reward_title, :url, :active, :created_at"
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
LIST = "SELECT * FROM card WHERE account_id = :account_id ORDER BY card_id"
LIST_ALL = "SELECT * FROM card ORDER BY card_id"


def insert(
    tx: Tx,
    *,
    card_id: int | None,
    account_id: int,
    name: str,
    title: str,
    max_stamps: int,
    reward_title: str,
    url: str,
    created_at: int,
) -> Card | None:
    """None when that card number is taken."""
    values = {
        "account_id": account_id,
        "name": name,
        "title": title,
        "max_stamps": max_stamps,
        "reward_title": reward_title,
        "url": url,
        "active": True,
        "created_at": created_at,
    }
    if card_id is None:
        return _card(tx.one(INSERT, **values))
    row = tx.maybe(INSERT_NUMBERED, card_id=card_id, **values)
    if row is not None and tx.dialect == "postgresql":
        tx.one(SKIP_USED_NUMBERS, card_id=card_id)
    return None if row is None else _card(row)


def find(tx: Tx, account_id: int, card_id: int) -> Card | None:
    row = tx.maybe(FIND, account_id=account_id, card_id=card_id)
    return None if row is None else _card(row)


def list_all(tx: Tx, account_id: int | None) -> list[Card]:
    rows = tx.all(LIST_ALL) if account_id is None else tx.all(LIST, account_id=account_id)
    return [_card(row) for row in rows]


def _card(row: Row) -> Card:
    return Card(
        card_id=row["card_id"],
        account_id=row["account_id"],
        name=row["name"],
        title=row["title"],
        max_stamps=row["max_stamps"],
        reward_title=row["reward_title"],
        url=row["url"],
        active=bool(row["active"]),
        archived_at=row["archived_at"],
        created_at=row["created_at"],
    )
