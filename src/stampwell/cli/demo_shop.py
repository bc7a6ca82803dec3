"""The shop that `stampwell demo` fills: a month of three cards, through the same units of work as in a real one.

Everybody in it is made up.
"""

from stampwell.cli.demo_month import COOKIE_AT, DAYS, Crew, Shelf, play_month
from stampwell.core.actors import OPERATOR, Actor
from stampwell.core.units import DAY_US, MINUTE_US
from stampwell.db.database import Tx
from stampwell.features.accounts import service as accounts
from stampwell.features.cards import service as cards
from stampwell.features.cards.errors import CardInvalid
from stampwell.features.cards.model import Card
from stampwell.features.cards.rewards import CardReward
from stampwell.features.domains import service as domains
from stampwell.features.keys import service as keys
from stampwell.features.keys.model import ALL_SCOPES
from stampwell.features.people import access_links
from stampwell.features.people import service as people
from stampwell.features.people.auditing import actor_of
from stampwell.features.people.model import Member, Role
from stampwell.features.request_log import service as request_log
from stampwell.features.request_log.blocks import pack
from stampwell.features.stamps.contract.examples import SAMPLE_CARD_IDX

SHOP = "Bean & Co (demo)"
OWNER = "owner@demo.example"

_OWN_DOMAIN, _NEW_DOMAIN = "https://stamps.demo.example", "https://cards.demo.example"
_EVERY_US = 13 * MINUTE_US
# What the web shop asked of the API in the last day: endpoint, code, how often.
_REQUESTS = (
    ("POST", "create", 0, 14),
    ("PUT", "add", 0, 60),
    ("GET", "validate", 0, 25),
    ("PUT", "add", 40910, 3),
    ("PUT", "redeem", 40907, 2),
    ("POST", "create", 40002, 1),
)


def open_shop(tx: Tx, *, default_domain: str, now_us: int) -> int:
    """The number of the demo's account, filled when it is made."""
    known = accounts.find_by_name(tx, SHOP)
    if known is not None:
        if OWNER not in {person.email for person in people.list_people(tx, known.account_id)}:
            people.add_person(tx, known.account_id, email=OWNER, name="Alice Brown", role=Role.OWNER, now_us=now_us)
        return known.account_id
    began_us = now_us // DAY_US * DAY_US - (DAYS - 1) * DAY_US
    opened = accounts.create(tx, name=SHOP, plan="enterprise", time_zone="UTC", actor=OPERATOR, now_us=began_us)
    account_id = opened.account_id
    hired = _hire(tx, account_id, began_us=began_us, now_us=now_us)
    key_id = _make_keys(tx, hired[0], began_us=began_us, now_us=now_us)
    kinds = _make_cards(tx, hired[0], began_us)
    _add_domains(tx, hired[0], began_us=began_us, now_us=now_us)
    crew = Crew(key_id, hired)
    shelf = Shelf(account_id, tuple(card.card_id for card in kinds), default_domain, _OWN_DOMAIN)
    play_month(tx, shelf, crew, began_us=began_us, now_us=now_us)
    _log_requests(tx, account_id, key_id, now_us=now_us)
    return account_id


def find_card(tx: Tx, account_id: int) -> Card | None:
    """The card of the documented sample, or the shop's first one."""
    return cards.find_card(tx, account_id, SAMPLE_CARD_IDX) or next(iter(cards.list_cards(tx, account_id)), None)


def create_coffee_card(tx: Tx, account_id: int, *, actor: Actor, now_us: int, color: str = "", paper_color: str = "") -> Card:
    """With the number of the documented sample, unless it is somebody else's."""
    coffee = {
        "name": "Coffee card",
        "title": "Ten coffees, one on the house",
        "reward_title": "a free Americano",
        "rewards": (CardReward(COOKIE_AT, "a cookie"),),
        "max_stamps": 10,
        "color": color,
        "paper_color": paper_color,
    }
    try:
        return cards.add_card(tx, account_id, coffee, card_id=SAMPLE_CARD_IDX, actor=actor, now_us=now_us)
    except CardInvalid:
        return cards.add_card(tx, account_id, coffee, actor=actor, now_us=now_us)


def _hire(tx: Tx, account_id: int, *, began_us: int, now_us: int) -> tuple[Member, ...]:
    """The owner, a manager and somebody of the staff; one more is invited."""
    hired = tuple(
        people.add_person(tx, account_id, email=email, name=name, role=role, now_us=began_us)
        for email, name, role in (
            (OWNER, "Alice Brown", Role.OWNER),
            ("manager@demo.example", "Walter Teapot", Role.MANAGER),
            ("staff@demo.example", "Nina Crumb", Role.STAFF),
        )
    )
    invited_us = now_us - 2 * DAY_US
    email = "otto.milkfoam@example.com"
    access_links.invite(tx, account_id, email=email, role=Role.STAFF, actor=actor_of(hired[0]), now_us=invited_us)
    return hired


def _make_keys(tx: Tx, owner: Member, *, began_us: int, now_us: int) -> int:
    """The number of the web shop's key; another one expires soon."""
    made = [
        keys.create(
            tx,
            owner.account_id,
            name=name,
            scopes=ALL_SCOPES,
            expires_at=expires_at,
            actor=actor_of(owner),
            now_us=began_us,
        )
        for name, expires_at in (("Web shop", None), ("Market stall", now_us + 9 * DAY_US))
    ]
    return made[0].stored.key_id


def _make_cards(tx: Tx, owner: Member, began_us: int) -> tuple[Card, ...]:
    account_id, by = owner.account_id, actor_of(owner)
    coffee = create_coffee_card(tx, account_id, actor=by, now_us=began_us, color="7a4a21", paper_color="fbf3e7")
    lunch = {
        "name": "Lunch card",
        "title": "Six lunches in three weeks",
        "reward_title": "the seventh lunch",
        "max_stamps": 6,
        "daily_max": 1,
        "color": "1f6b4a",
        "paper_color": "f1f7ee",
    }
    books = {
        "name": "Book club",
        "title": "A stamp an evening",
        "reward_title": "a book of your choice",
        "max_stamps": 4,
        "cooldown_s": 3600,
        "color": "2b4c9b",
        "paper_color": "eff3fb",
    }
    made = (cards.add_card(tx, account_id, given, actor=by, now_us=began_us) for given in (lunch, books))
    return coffee, *made


def _add_domains(tx: Tx, owner: Member, *, began_us: int, now_us: int) -> None:
    """One that is verified on the operator's word, and one that has waited for its proof since the day before yesterday."""
    account_id, by = owner.account_id, actor_of(owner)
    domains.add(tx, account_id, origin=_OWN_DOMAIN, verified=False, actor=by, now_us=began_us)
    domains.add(tx, account_id, origin=_OWN_DOMAIN, verified=True, actor=OPERATOR, now_us=began_us)
    domains.add(tx, account_id, origin=_NEW_DOMAIN, verified=False, actor=by, now_us=now_us - 2 * DAY_US)


def _log_requests(tx: Tx, account_id: int, key_id: int, *, now_us: int) -> None:
    """A last day of the web shop's, a few requests of which were refused."""
    asked = [(method, name, code) for method, name, code, times in _REQUESTS for _ in range(times)]
    # Spread over the day by a step that has no factor in common with their number.
    order = [asked[index * 37 % len(asked)] for index in range(len(asked))]
    entries = [
        (
            now_us - (len(order) - index) * _EVERY_US,
            method,
            f"/api/stamp/v1/{name}",
            code // 100 or 200,
            code,
            f"demo-{index:03}",
            1200 + index * 37 % 900,
            key_id,
        )
        for index, (method, name, code) in enumerate(order)
    ]
    request_log.write(tx, blocks=[pack(account_id, entries)])
