"""Bob, who is invited to shops, joins them and signs in; and what his pages show."""

import re

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.people import Person
from kit.shop import Shop
from stampwell.core.actors import OPERATOR
from stampwell.features.people import access_links, service
from stampwell.features.people.access_links import NewLink
from stampwell.features.people.model import Member, Role

PASSWORD, OTHER = "correct horse battery", "another horse battery"
SIGN_IN = "/dashboard/sign-in"
PROFILE = "/dashboard/profile"
BOB = "bob@beans.example"


def invited(shop: Shop, of: Person, email: str = BOB, role: Role = Role.STAFF) -> NewLink:
    return shop.data.write(
        access_links.invite, of.account_id, email=email, role=role, actor=OPERATOR, now_us=shop.clock.now_us()
    )


def join(shop: Shop, token: str, *, name: str = "Bob", password: str = PASSWORD) -> DashboardClient:
    dashboard, path = shop.stranger(), f"/dashboard/join/{token}"
    assert dashboard.submit(dashboard.get(path), path, name=name, password=password).location == "/dashboard"
    return dashboard


def join_by_password(shop: Shop, token: str, password: str = PASSWORD) -> tuple[DashboardClient, DashboardPage]:
    dashboard, path = shop.stranger(), f"/dashboard/join/{token}/sign-in"
    return dashboard, dashboard.submit(dashboard.get(path), path, own=password)


def sign_in(server: Shop, email: str = BOB, password: str = PASSWORD, **query: object) -> tuple[DashboardClient, DashboardPage]:
    dashboard = server.stranger()
    return dashboard, dashboard.submit(dashboard.get(SIGN_IN, **query), SIGN_IN, email=email, password=password)


def members(shop: Shop, of: Person) -> list[Member]:
    return shop.data.read(service.list_people, of.account_id)


def shown(dashboard: DashboardClient) -> str:
    """The name of the shop that the pages show."""
    found = re.search(r'class="shop".*?<span>(.*?)</span>', dashboard.get("/dashboard").html, re.DOTALL)
    assert found is not None
    return found[1]
