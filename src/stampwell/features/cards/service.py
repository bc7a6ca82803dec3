"""Units of work on stamp cards."""

from urllib.parse import urlsplit

from stampwell.core.origins import canonical_origin
from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.cards import queries
from stampwell.features.cards.errors import CardInvalid
from stampwell.features.cards.model import Card

_LONGEST = {"--name": 100, "--title": 200, "--reward": 200, "--url": 2000}
_MOST_STAMPS = 100


def create(
    tx: Tx,
    account_id: int,
    *,
    name: str,
    max_stamps: int,
    now_us: int,
    title: str = "",
    reward_title: str = "",
    url: str = "",
    card_id: int | None = None,
) -> Card:
    """A new card, with the number asked for if one was. Raises AccountNotFound, or CardInvalid for a wrong value."""
    get_account(tx, account_id)
    _check_text({"--name": name, "--title": title, "--reward": reward_title, "--url": url})
    if not name.strip():
        raise CardInvalid("--name: a card needs a name.")
    if not 1 <= max_stamps <= _MOST_STAMPS:
        raise CardInvalid(f"--max-stamps: 1 to {_MOST_STAMPS}, not {max_stamps}.")
    if url and not _is_https(url):
        raise CardInvalid("--url: must begin with https:// and name a host.")
    card = queries.insert(
        tx,
        card_id=card_id,
        account_id=account_id,
        name=name,
        title=title,
        max_stamps=max_stamps,
        reward_title=reward_title,
        url=url,
        created_at=now_us,
    )
    if card is None:
        raise CardInvalid(f"--card-idx: {card_id} is taken. Leave it out to be given a free one.")
    return card


def find_card(tx: Tx, account_id: int, card_id: int) -> Card | None:
    """The account's card of that number, or None."""
    return queries.find(tx, account_id, card_id)


def list_cards(tx: Tx, account_id: int | None) -> list[Card]:
    """The cards of the account, or of all accounts for None."""
    if account_id is not None:
        get_account(tx, account_id)
    return queries.list_all(tx, account_id)


def _check_text(options: dict[str, str]) -> None:
    for option, text in options.items():
        if len(text) > _LONGEST[option] or not text.isprintable():
            raise CardInvalid(f"{option}: at most {_LONGEST[option]} printable characters.")


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and canonical_origin(f"https://{parts.netloc}") is not None and " " not in url
