"""Units of work on stamp cards. Each change writes its line of the audit log."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from stampwell.core.actors import Actor
from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.origins import is_https_url
from stampwell.core.phrases import english, phrase
from stampwell.core.unseen import unseen_or_in_english
from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.cards import queries
from stampwell.features.cards.auditing import record_act, record_change, record_creation, record_name
from stampwell.features.cards.errors import CardChanged, CardInUse, CardInvalid, CardNotFound
from stampwell.features.cards.model import Card
from stampwell.features.cards.rewards import LONGEST_REWARD, MOST_REWARDS, CardReward
from stampwell.features.cards.rules import MOST_LOCATIONS, goal_problems, reward_problems
from stampwell.features.events.model import EventType
from stampwell.features.events.service import tell
from stampwell.features.images.model import handle_in
from stampwell.features.images.service import drop_unused
from stampwell.features.locations.service import require_locations

_LONGEST_NAME = 100
_LONGEST = {"--name": _LONGEST_NAME, "--title": 200, "--reward": LONGEST_REWARD, "--url": 2000}
_MOST_STAMPS = 100

_LEAST: dict[str, Any] = {
    "title": "",
    "reward_title": "",
    "url": "",
    "stamp_img_url": "",
    "onsite": False,
    "onsite_hash": None,
    "cooldown_s": 0,
    "daily_max": 0,
    "renews": False,
    "active": True,
    "color": "",
    "paper_color": "",
    "rewards": (),
    "carries": False,
    "location_ids": (),
}
"""What a new card has where nothing is said."""

_RISING = frozenset({"rewards", "location_ids"})


def create(
    tx: Tx,
    account_id: int,
    *,
    name: str,
    max_stamps: int,
    actor: Actor,
    now_us: int,
    title: str = "",
    reward_title: str = "",
    url: str = "",
    rewards: Sequence[CardReward] = (),
    carries: bool = False,
    location_ids: Sequence[int] = (),
    card_id: int | None = None,
) -> Card:
    """A new card of values that nobody has checked, with the number asked for if one was.

    Raises AccountNotFound, LocationNotFound, or CardInvalid for a wrong value.
    """
    get_account(tx, account_id)
    _check_text("--name", name)
    _check_text("--title", title)
    _check_text("--url", url)
    for text in (reward_title, *(reward.title for reward in rewards)):
        _check_text("--reward", text)
    if not name.strip():
        raise CardInvalid("--name: a card needs a name.")
    if not 1 <= max_stamps <= _MOST_STAMPS:
        raise CardInvalid(f"--max-stamps: 1 to {_MOST_STAMPS}, not {max_stamps}.")
    if url and not is_https_url(url):
        raise CardInvalid(f"--url: {unseen_or_in_english(url, 'must begin with https:// and name a host')}.")
    _check_rewards(rewards, goal=max_stamps)
    if len(location_ids) > MOST_LOCATIONS:
        raise CardInvalid(f"--location: at most {MOST_LOCATIONS}, not {len(location_ids)}.")
    require_locations(tx, account_id, location_ids, field="--location")
    given = {
        "name": name,
        "title": title,
        "max_stamps": max_stamps,
        "reward_title": reward_title,
        "url": url,
        "rewards": tuple(rewards),
        "carries": carries,
        "location_ids": tuple(set(location_ids)),
    }
    return add_card(tx, account_id, given, card_id=card_id, actor=actor, now_us=now_us)


def add_card(
    tx: Tx, account_id: int, given: Mapping[str, Any], *, actor: Actor, now_us: int, card_id: int | None = None
) -> Card:
    """A new card of validated fields, named as those of Card, with the number asked for if one was.

    Raises FieldsWrong for an on-site card without a password and for rewards that do not fit its goal, LocationNotFound, and
    CardInvalid for a number that is taken.
    """
    card = _insert(tx, account_id, given, card_id=card_id, now_us=now_us)
    record_creation(tx, card, actor=actor)
    return card


def get_card(tx: Tx, account_id: int, card_id: int) -> Card:
    """Raises CardNotFound."""
    return _found(queries.find(tx, account_id, card_id), card_id)


def change_card(
    tx: Tx,
    account_id: int,
    card_id: int,
    given: Mapping[str, Any],
    *,
    actor: Actor,
    now_us: int,
    expected_version: int | None = None,
) -> tuple[Card, Card]:
    """The card before and after those validated fields are replaced; stamps keep what they were issued with, but for the
    locations.

    Raises CardNotFound, FieldsWrong for an on-site card without a password and for rewards that do not fit its goal,
    LocationNotFound, or CardChanged when it is not in the version that whoever changes it has seen.
    """
    before = _found(queries.lock(tx, account_id, card_id), card_id)
    if expected_version is not None and before.version != expected_version:
        raise CardChanged(before)
    after = replace(before, **_in_order(given))
    _require_whole(after, given)
    require_locations(tx, account_id, given.get("location_ids", ()))
    if after == before:
        return before, before
    queries.update(tx, after)
    record_change(tx, before, after, actor=actor, now_us=now_us)
    _tell(tx, account_id, card_id, now_us=now_us)
    return before, replace(after, version=before.version + 1)


def save_card(
    tx: Tx,
    account_id: int,
    card_id: int,
    given: Mapping[str, Any],
    *,
    expected_version: int,
    picture_origin: str,
    actor: Actor,
    now_us: int,
) -> Card:
    """As `change_card`, by somebody who uploads pictures: one that nothing shows any more is deleted.

    picture_origin: where our own pictures are served.
    """
    before, after = change_card(tx, account_id, card_id, given, expected_version=expected_version, actor=actor, now_us=now_us)
    if before.stamp_img_url != after.stamp_img_url:
        drop_unused(tx, account_id, handle_in(before.stamp_img_url, picture_origin))
    return after


def duplicate_card(tx: Tx, account_id: int, card_id: int, *, name: str, actor: Actor, now_us: int) -> Card:
    """A new card like that one, under another name, cut to fit. Raises CardNotFound."""
    like = _found(queries.lock(tx, account_id, card_id), card_id)
    given = {field: getattr(like, field) for field in _LEAST}
    given |= {"max_stamps": like.max_stamps, "name": name[:_LONGEST_NAME], "active": True}
    card = _insert(tx, account_id, given, card_id=None, now_us=now_us)
    record_name(tx, card, actor=actor)
    return card


def archive_card(tx: Tx, account_id: int, card_id: int, *, actor: Actor, now_us: int) -> Card:
    """No new stamps of it; those that are out go on. The card as it was. Raises CardNotFound."""
    card = _found(queries.lock(tx, account_id, card_id), card_id)
    if card.archived_at is None:
        queries.archive(tx, account_id, card_id, now_us)
        record_act(tx, card, "card.archived", actor=actor, now_us=now_us)
        _tell(tx, account_id, card_id, now_us=now_us)
    return card


def unarchive_card(tx: Tx, account_id: int, card_id: int, *, actor: Actor, now_us: int) -> Card:
    """Back among the others. The card as it was. Raises CardNotFound."""
    card = _found(queries.lock(tx, account_id, card_id), card_id)
    if card.archived_at is not None:
        queries.unarchive(tx, account_id, card_id)
        record_act(tx, card, "card.restored", actor=actor, now_us=now_us)
        _tell(tx, account_id, card_id, now_us=now_us)
    return card


def has_stamps(tx: Tx, account_id: int, card_id: int) -> bool:
    """Whether any stamp of it is out."""
    return queries.has_stamps(tx, account_id, card_id)


def delete_unused_card(tx: Tx, account_id: int, card_id: int, *, picture_origin: str, actor: Actor, now_us: int) -> Card:
    """Deletes it for good, with its picture where nothing else shows that, and answers what it was.

    picture_origin: where our own pictures are served. Raises CardNotFound, or CardInUse when it has stamps.
    """
    card = _found(queries.lock_to_delete(tx, account_id, card_id), card_id)
    if not queries.delete_unused(tx, account_id, card_id):
        raise CardInUse(name=card.name)
    drop_unused(tx, account_id, handle_in(card.stamp_img_url, picture_origin))
    record_act(tx, card, "card.deleted", actor=actor, now_us=now_us)
    return card


def delete_card(tx: Tx, account_id: int, card_id: int, *, actor: Actor, now_us: int) -> None:
    """Deletes a card without stamps for good; one with stamps is archived, and they go on. Raises CardNotFound."""
    card = _found(queries.lock_to_delete(tx, account_id, card_id), card_id)
    if not queries.delete_unused(tx, account_id, card_id) and card.archived_at is None:
        queries.archive(tx, account_id, card_id, now_us)
        _tell(tx, account_id, card_id, now_us=now_us)
    record_act(tx, card, "card.deleted", actor=actor, now_us=now_us)


def page_cards(tx: Tx, account_id: int, *, before_id: int, limit: int) -> list[Card]:
    """Newest first, from below that number."""
    return queries.page(tx, account_id, before_id=before_id, limit=limit)


def find_card(tx: Tx, account_id: int, card_id: int) -> Card | None:
    """The account's card of that number, or None."""
    return queries.find(tx, account_id, card_id)


def hold_card(tx: Tx, account_id: int, card_id: int) -> Card | None:
    """As `find_card`; the card stays as it is until the transaction ends."""
    return queries.lock(tx, account_id, card_id)


def list_cards(tx: Tx, account_id: int | None) -> list[Card]:
    """The cards of the account, or of all accounts for None."""
    return queries.list_all(tx, account_id)


def _tell(tx: Tx, account_id: int, card_id: int, *, now_us: int) -> None:
    tell(tx, account_id, EventType.CARD_UPDATED, {"cardIdx": card_id}, now_us=now_us)


def _insert(tx: Tx, account_id: int, given: Mapping[str, Any], *, card_id: int | None, now_us: int) -> Card:
    require_locations(tx, account_id, given.get("location_ids", ()))
    card = queries.insert(tx, card_id=card_id, account_id=account_id, created_at=now_us, given={**_LEAST, **_in_order(given)})
    if card is None:
        raise CardInvalid(f"--card-idx: {card_id} is taken. Leave it out to be given a free one.")
    _require_whole(card, given)
    return card


def _check_text(option: str, text: str) -> None:
    if len(text) > _LONGEST[option] or not text.isprintable():
        problem = unseen_or_in_english(text, f"at most {_LONGEST[option]} printable characters")
        raise CardInvalid(f"{option}: {problem}.")


def _check_rewards(rewards: Sequence[CardReward], *, goal: int) -> None:
    if len(rewards) > MOST_REWARDS:
        raise CardInvalid(f"--reward: at most {MOST_REWARDS} on the way, not {len(rewards)}.")
    for reward in rewards:
        if reward.stamps < 1:
            raise CardInvalid(f"--reward: a reward on the way needs at least 1 mark, not {reward.stamps}.")
        if not reward.title.strip():
            raise CardInvalid("--reward: a reward on the way needs a name, such as: 5: a cookie.")
    for problem in reward_problems(rewards, goal=goal):
        raise CardInvalid(f"--reward: {problem.problem.said(english)}.")


def _found(card: Card | None, card_id: int) -> Card:
    if card is None:
        raise CardNotFound(card_id=card_id)
    return card


def _in_order(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as they are stored: rewards rise, and so do numbers of locations."""
    return {name: tuple(sorted(value)) if name in _RISING else value for name, value in given.items()}


def _require_whole(card: Card, given: Mapping[str, Any]) -> None:
    """Raises FieldsWrong where fields of the card do not go together. given: those that are new, in the order they came."""
    wrong: list[FieldError] = []
    if card.onsite and card.onsite_hash is None:
        wrong.append(FieldError("onsitePwd", phrase("required, because onsiteYn is Y")))
    if "rewards" in given:
        wrong += reward_problems(given["rewards"], goal=card.max_stamps)
    else:
        wrong += goal_problems(card.max_stamps, rewards=card.rewards)
    if wrong:
        raise FieldsWrong(wrong)
