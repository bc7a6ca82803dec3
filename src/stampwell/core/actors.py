"""Who does something."""

from typing import NamedTuple


class Actor(NamedTuple):
    """Who does something, and through what.

    kind: `api_key`, `staff`, `customer` or `system`. actor_id: of the key or the staff member. channel: `api`, `cli`,
    `dashboard` or `stamp_page`. name: of a staff member, as it is then; the audit log keeps it.
    """

    kind: str
    actor_id: int | None
    channel: str
    name: str = ""

    @property
    def person_id(self) -> int | None:
        """Of a person who signed in; None for programs and for people who are known by a shared password only."""
        return self.actor_id if self.kind == "staff" else None


OPERATOR = Actor("system", None, "cli")
"""Who has a shell on the server."""


def key_actor(key_id: int) -> Actor:
    """A program with that API key."""
    return Actor("api_key", key_id, "api")


def staff_actor(person_id: int | None, name: str) -> Actor:
    """Somebody at the dashboard."""
    return Actor("staff", person_id, "dashboard", name)
