"""Units of work on whom a password is compared with, and whether the browser is known for them."""

from typing import NamedTuple

from stampwell.db.database import Tx
from stampwell.db.secret import browser_secret
from stampwell.features.people import known_browsers, service
from stampwell.features.people.model import Person


class Candidate(NamedTuple):
    """person: None for nobody, so that every try compares as many. nonce: of a browser that is known for them, or blank."""

    person: Person | None
    nonce: str = ""

    @property
    def person_id(self) -> int | None:
        return None if self.person is None else self.person.person_id


def candidates_at(tx: Tx, email: str, *, cookie: str, account_id: int | None, number: int, now_us: int) -> list[Candidate]:
    """That many candidates who may mean themselves by that address, in that account or in any; nobody fills the list up."""
    people = service.list_candidates(tx, email, account_id=account_id, limit=number)
    found = [candidate_of(tx, person, email, cookie=cookie, now_us=now_us) for person in people]
    return found + [Candidate(None)] * (number - len(found))


def candidate_of(tx: Tx, person: Person, email: str, *, cookie: str, now_us: int) -> Candidate:
    """That person, who gives that address. cookie: the one by which the browser is known, or blank."""
    secret = browser_secret(tx)
    return Candidate(person, known_browsers.find_nonce(cookie, email, person.person_id, secret=secret, now_us=now_us))
