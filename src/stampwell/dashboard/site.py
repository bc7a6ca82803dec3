"""All pages of the dashboard, put together."""

from pathlib import Path

from stampwell.dashboard.account.audit import AuditPages
from stampwell.dashboard.account.pages import AccountPages
from stampwell.dashboard.cards.editor import CardEditor
from stampwell.dashboard.cards.pages import CardPages
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.developer.keys import KeyPages
from stampwell.dashboard.developer.requests import RequestLogPages
from stampwell.dashboard.domains.pages import DomainPages
from stampwell.dashboard.home.pages import HomePages
from stampwell.dashboard.imports.bulk import BulkPages
from stampwell.dashboard.imports.export import ExportPages
from stampwell.dashboard.imports.pages import ImportPages
from stampwell.dashboard.people.accepting import AcceptancePages
from stampwell.dashboard.people.addresses import AddressPages
from stampwell.dashboard.people.invitations import InvitationPages
from stampwell.dashboard.people.pages import PeoplePages
from stampwell.dashboard.people.password_reset import PasswordResetPages
from stampwell.dashboard.people.profile import ProfilePages
from stampwell.dashboard.people.shops import ShopPages
from stampwell.dashboard.people.team import TeamPages
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.correcting import CorrectionPages
from stampwell.dashboard.stamps.deleting import DeletionPages
from stampwell.dashboard.stamps.editing import EditPages
from stampwell.dashboard.stamps.finding import StampListPages
from stampwell.dashboard.stamps.issuing import IssuePages
from stampwell.dashboard.stamps.marking import MarkActions
from stampwell.dashboard.stamps.showing import StampDetailPage
from stampwell.dashboard.stamps.undoing import UndoActions

TEMPLATES = Path(__file__).with_name("templates")


def dashboard_pages(deps: DashboardDeps) -> tuple[PageRoute, ...]:
    """Every page and action there is."""
    return (
        *BulkPages(deps).routes(),
        *ExportPages(deps).routes(),
        *ImportPages(deps).routes(),
        *PeoplePages(deps).routes(),
        *AcceptancePages(deps).routes(),
        *PasswordResetPages(deps).routes(),
        *InvitationPages(deps).routes(),
        *TeamPages(deps).routes(),
        *ProfilePages(deps).routes(),
        *AddressPages(deps).routes(),
        *ShopPages(deps).routes(),
        *CardEditor(deps).routes(),
        *CardPages(deps).routes(),
        *DomainPages(deps).routes(),
        *KeyPages(deps).routes(),
        *RequestLogPages(deps).routes(),
        *HomePages(deps).routes(),
        *AccountPages(deps).routes(),
        *AuditPages(deps).routes(),
        *StampListPages(deps).routes(),
        *IssuePages(deps).routes(),
        *StampDetailPage(deps).routes(),
        *MarkActions(deps).routes(),
        *UndoActions(deps).routes(),
        *CorrectionPages(deps).routes(),
        *EditPages(deps).routes(),
        *DeletionPages(deps).routes(),
    )
