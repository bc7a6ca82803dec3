"""What somebody sees on a page when our own code fails, and what the operator finds in the log."""

import pytest
from structlog.testing import capture_logs

from kit.shop import Shop
from kit.stamps import code_of, issue, make_card

SAID = "Something went wrong on our side"


@pytest.mark.parametrize("table", ["audit", "session"])
def test_of_the_dashboard(own_shop: Shop, table: str) -> None:
    dashboard = own_shop.dashboard()
    own_shop.data.run(f"ALTER TABLE {table} RENAME TO elsewhere")
    with capture_logs() as logs:
        page = dashboard.get("/dashboard/account/audit")
    assert (page.status, SAID in page.text) == (500, True)
    (fault,) = (line for line in logs if line["event"] == "fault")
    assert (fault["log_level"], fault["method"], fault["path"]) == ("error", "GET", "/dashboard/account/audit")
    assert fault["exc_info"]
    assert fault["request_id"] in page.text
    assert "no such table" not in page.html
    assert "does not exist" not in page.html


def test_of_the_customers_page(own_shop: Shop) -> None:
    code = code_of(own_shop, issue(own_shop, make_card(own_shop)))
    own_shop.data.run("ALTER TABLE card RENAME TO elsewhere")
    with capture_logs() as logs:
        answer = own_shop.request("GET", f"/stamp/{code}", headers={"X-Request-Id": "quote-me"})
    page = answer.content.decode()
    assert (answer.status, SAID in page, "quote-me" in page) == (500, True, True)
    (fault,) = (line for line in logs if line["event"] == "fault")
    assert (fault["method"], fault["path"], fault["request_id"]) == ("GET", "/stamp/{code}", "quote-me")
