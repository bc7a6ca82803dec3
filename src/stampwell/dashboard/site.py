"""All pages of the dashboard, put together."""

from pathlib import Path

from stampwell.dashboard.account.account_pages import AccountPages
from stampwell.dashboard.account.audit_pages import AuditPages
from stampwell.dashboard.cards.card_pages import CardPages
from stampwell.dashboard.cards.editor import CardEditor
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.developer.key_pages import KeyPages
from stampwell.dashboard.developer.request_pages import RequestLogPages
from stampwell.dashboard.domains.domain_pages import DomainPages
from stampwell.dashboard.home.home_page import HomePages
from stampwell.dashboard.imports.bulk_pages import BulkPages
from stampwell.dashboard.imports.export_pages import ExportPages
from stampwell.dashboard.imports.import_pages import ImportPages
from stampwell.dashboard.locations.location_pages import LocationPages
from stampwell.dashboard.people.acceptance_pages import AcceptancePages
from stampwell.dashboard.people.address_pages import AddressPages
from stampwell.dashboard.people.invitations import InvitationPages
from stampwell.dashboard.people.password_reset import PasswordResetPages
from stampwell.dashboard.people.profile import ProfilePages
from stampwell.dashboard.people.shops import ShopPages
from stampwell.dashboard.people.sign_in_pages import PeoplePages
from stampwell.dashboard.people.team import TeamPages
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.search.search_pages import SearchPages
from stampwell.dashboard.stamps.correction_pages import CorrectionPages
from stampwell.dashboard.stamps.deletion_pages import DeletionPages
from stampwell.dashboard.stamps.edit_pages import EditPages
from stampwell.dashboard.stamps.issue_pages import IssuePages
from stampwell.dashboard.stamps.list_pages import StampListPages
from stampwell.dashboard.stamps.mark_actions import MarkActions
from stampwell.dashboard.stamps.merge_pages import MergePages
from stampwell.dashboard.stamps.refund_pages import RefundPages
from stampwell.dashboard.stamps.stamp_page import StampDetailPage
from stampwell.dashboard.stamps.undo_actions import UndoActions
from stampwell.dashboard.webhooks.resend_pages import ResendPages
from stampwell.dashboard.webhooks.webhook_form import WebhookForms
from stampwell.dashboard.webhooks.webhook_pages import WebhookPages

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
        *LocationPages(deps).routes(),
        *DomainPages(deps).routes(),
        *KeyPages(deps).routes(),
        *RequestLogPages(deps).routes(),
        *WebhookPages(deps).routes(),
        *WebhookForms(deps).routes(),
        *ResendPages(deps).routes(),
        *HomePages(deps).routes(),
        *AccountPages(deps).routes(),
        *AuditPages(deps).routes(),
        *SearchPages(deps).routes(),
        *StampListPages(deps).routes(),
        *IssuePages(deps).routes(),
        *StampDetailPage(deps).routes(),
        *MarkActions().routes(),
        *UndoActions(deps).routes(),
        *CorrectionPages(deps).routes(),
        *EditPages(deps).routes(),
        *DeletionPages(deps).routes(),
        *RefundPages(deps).routes(),
        *MergePages(deps).routes(),
    )
