"""Roles in words."""

from stampwell.core.phrases import Phrase, phrase
from stampwell.features.people.model import Role

ROLE_WORDS: dict[Role, Phrase] = {Role.OWNER: phrase("Owner"), Role.MANAGER: phrase("Manager"), Role.STAFF: phrase("Staff")}

ROLE_OPTIONS: tuple[tuple[str, Phrase], ...] = (
    (Role.STAFF.value, phrase("Staff: issue cards, add stamps, redeem rewards")),
    (Role.MANAGER.value, phrase("Manager: also manages card designs, customers' cards and domains")),
    (Role.OWNER.value, phrase("Owner: everything")),
)
"""For a form, the least first."""
