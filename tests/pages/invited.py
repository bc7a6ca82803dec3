"""Somebody who is invited to a shop of their own."""

from kit.shop import Shop
from stampwell.core.actors import OPERATOR
from stampwell.features.accounts import service as accounts
from stampwell.features.people import access_links
from stampwell.features.people.model import Role


def invite_owner(shop: Shop, name: str) -> str:
    """The path of the invitation to be the owner of a shop of that name, in which there is nothing yet."""
    now_us = shop.clock.now_us()
    account = shop.data.write(accounts.create, name=name, plan="enterprise", time_zone="UTC", actor=OPERATOR, now_us=now_us)
    link = shop.data.write(
        access_links.invite,
        account.account_id,
        email=f"{name.replace(' ', '-').lower()}@invited.example",
        role=Role.OWNER,
        actor=OPERATOR,
        now_us=now_us,
    )
    return f"/dashboard/join/{link.token}"
