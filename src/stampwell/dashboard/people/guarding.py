"""Whether somebody knows a password: tries are counted, and all take equally long."""

from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.features.audit.model import By, Entry
from stampwell.features.audit.service import record
from stampwell.features.people import service, throttling
from stampwell.features.people.errors import SignInRefused
from stampwell.features.people.model import Person
from stampwell.features.people.throttling import Locked
from stampwell.web.client import client_address, client_network

# What an unknown address is compared with, so that it takes as long as a known one. Of a password that was thrown away.
_NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$CJJFtIGVMEqQmp0Dk8Co8Q$7ldGRFcOVYrNpCQEEfN3qOuJFZ7YBsdEqjrvzsxMYq0"


async def known(visit: Visit, email: str, password: str) -> Person:
    """Who signs in by that address and password. Raises SignInRefused, SignInLocked and TooBusy."""
    desk, network = visit.desk, client_network(visit.request)
    desk.passwords.require_room()
    locked = await desk.db.write(_count, email, network, address=client_address(visit.request), now_us=visit.now_us)
    if locked is not None:
        raise locked.refusal
    person = await desk.db.read(service.find_by_email, email)
    stored = _NOBODYS if person is None else person.password_hash or _NOBODYS
    matches = await desk.passwords.matches(service.normal(password), stored)
    if not matches or person is None or not person.password_hash:
        raise SignInRefused
    await desk.db.write(throttling.forget_tries, email, network)
    return person


def _count(tx: Tx, email: str, network: str, *, address: str, now_us: int) -> Locked | None:
    """The lock itself is written down, not every try: by the client's address, for nobody knows who it was."""
    locked = throttling.count_try(tx, email, network, now_us=now_us)
    person = service.find_by_email(tx, email) if locked is not None and locked.begins else None
    if person is not None:
        by = By("person", None, address, "dashboard")
        record(tx, Entry(person.account_id, by, "person.sign-in-locked", person.person_id, person.name, now_us))
    return locked
