"""Every page and action of the customer's page; app.py hands the result to Starlette."""

from pathlib import Path

from stampwell.stamp_page.customer_page import CustomerPage
from stampwell.stamp_page.deps import StampPageDeps
from stampwell.stamp_page.live_pages import LivePages
from stampwell.stamp_page.picture_pages import PicturePages
from stampwell.stamp_page.pin_pages import PinPages
from stampwell.stamp_page.qr_page import QrPages
from stampwell.stamp_page.route import StampPageRoute
from stampwell.stamp_page.staff_pages import StaffPages

TEMPLATES = Path(__file__).with_name("templates")


def stamp_pages(deps: StampPageDeps) -> tuple[StampPageRoute, ...]:
    return (
        *CustomerPage(deps).routes(),
        *LivePages(deps).routes(),
        *PinPages(deps).routes(),
        *StaffPages(deps).routes(),
        *QrPages().routes(),
        *PicturePages(deps).routes(),
    )
