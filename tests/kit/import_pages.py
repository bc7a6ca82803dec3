"""Importing files in the dashboard: what its tests do with the pages."""

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.load import wait_for
from kit.people import Person
from kit.shop import Shop

NEW = "/dashboard/imports/new"


def send(dashboard: DashboardClient, content: str | bytes, name: str = "members.csv") -> DashboardPage:
    raw = content.encode() if isinstance(content, str) else content
    return dashboard.upload(dashboard.get(NEW), NEW, "file", name, raw)


def uploaded(dashboard: DashboardClient, content: str | bytes, name: str = "members.csv") -> DashboardPage:
    return dashboard.follow(send(dashboard, content, name))


def until(dashboard: DashboardClient, page: DashboardPage, word: str) -> DashboardPage:
    """The job's page once it says that."""
    wait_for(lambda: word in dashboard.get(page.path).text)
    return dashboard.get(page.path)


def checked(dashboard: DashboardClient, page: DashboardPage, **fields: str) -> DashboardPage:
    after = dashboard.done(page, f"{page.path}/check", **fields)
    return until(dashboard, after, "Checked, nothing issued yet")


def issued(dashboard: DashboardClient, page: DashboardPage) -> DashboardPage:
    return until(dashboard, dashboard.done(page, f"{page.path}/issue"), "Done")


def stamps_of(shop: Shop, owner: Person) -> list[dict[str, object]]:
    return shop.data.rows("SELECT * FROM stamp WHERE account_id = :account ORDER BY stamp_id", account=owner.account_id)
