"""What an operator's machines ask for."""

import re
import socket

import httpx2
import pytest
from structlog.testing import capture_logs

from kit.data import Data
from kit.databases import Databases
from kit.load import PATH, wait_for
from kit.people import ALICES_CARD, open_account
from kit.process import Serve
from kit.proxies import TcpProxyTo
from kit.shop import METRICS_TOKEN, Shop, least
from kit.shops import OpenShop


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _count(exposition: str, route: str, status: int) -> float:
    pattern = rf'stampwell_http_requests_total{{method="POST",route="{route}",status="{status}"}} ([0-9.e+]+)'
    found = re.search(pattern, exposition)
    return float(found[1]) if found else 0.0


class TestHealth:
    def test_the_process_is_well(self, shop: Shop) -> None:
        answer = shop.request("GET", "/healthz")
        assert (answer.status, answer.json) == (200, {"status": "ok"})
        assert answer.headers["x-request-id"]

    def test_it_can_serve(self, shop: Shop) -> None:
        answer = shop.request("GET", "/readyz")
        assert (answer.status, answer.json) == (200, {"status": "ready"})

    def test_a_newer_schema_is_not_ready(self, own_shop: Shop) -> None:
        own_shop.data.run("UPDATE alembic_version SET version_num = '9999'")
        answer = own_shop.request("GET", "/readyz")
        assert answer.status == 503
        assert answer.json["status"] == "unavailable"
        assert "newer than" in answer.json["reason"]

    def test_without_its_database_it_is_not_ready_until_that_is_back(
        self, databases: Databases, open_shop: OpenShop, tcp_proxy: TcpProxyTo
    ) -> None:
        url = databases.fresh("postgresql")
        address = httpx2.URL(url)
        between = tcp_proxy(address.host, address.port or 5432)
        through = url.replace(f":{address.port}/", f":{between.port}/")
        shop = open_shop("postgresql", database_url=through)
        assert shop.request("GET", "/readyz").status == 200
        between.cut()
        wait_for(lambda: bool(shop.request("GET", "/readyz").status == 503))
        assert shop.request("GET", "/healthz").status == 200
        # No certificate for a name of which nobody knows whose it is.
        assert shop.request("GET", "/tls/ask", query={"domain": "nobody.example"}).status == 503
        between.mend()
        wait_for(lambda: bool(shop.request("GET", "/readyz").status == 200), seconds=20)

    def test_another_method_is_refused(self, shop: Shop) -> None:
        answer = shop.request("POST", "/healthz")
        assert answer.status == 405
        assert answer.json["code"] == 40501
        assert answer.headers["allow"] == "GET, HEAD"
        assert answer.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize("path", ["/healthz", "/api/docs", "/nowhere"])
    def test_no_browser_takes_an_answer_for_another_kind_of_file(self, shop: Shop, path: str) -> None:
        assert shop.request("GET", path).headers["x-content-type-options"] == "nosniff"

    @pytest.mark.one_database
    def test_a_path_that_somebody_made_up_does_not_fill_the_log(self, shop: Shop) -> None:
        with capture_logs() as logs:
            assert shop.request("GET", f"/{'a' * 5000}").status == 404
        (line,) = [line for line in logs if line["event"] == "refused"]
        assert line["path"] == f"/{'a' * 199}"


@pytest.mark.one_database
class TestMetrics:
    def test_closed_without_the_token(self, shop: Shop) -> None:
        assert shop.request("GET", "/metrics").status == 401
        assert shop.request("GET", "/metrics", headers={"Authorization": "Bearer wrong"}).status == 401

    def test_closed_when_there_is_no_token(self, open_shop: OpenShop, dialect: str) -> None:
        shop = open_shop(dialect, metrics_token=None)
        assert shop.request("GET", "/metrics", headers={"Authorization": "Bearer None"}).status == 401

    def test_requests_are_counted_by_route_and_status(self, own_shop: Shop) -> None:
        own_shop.create(own_shop.alice, least())
        own_shop.create(own_shop.alice, least(cardIdx="x"))
        answer = own_shop.request("GET", "/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
        text = answer.content.decode()
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert _count(text, PATH, 200) == 1
        assert _count(text, PATH, 400) == 1
        assert "stampwell_issue_batch_size_sum 1.0" in text
        assert "stampwell_http_request_seconds_bucket" in text

    def test_paths_that_somebody_made_up_are_counted_as_one(self, own_shop: Shop) -> None:
        """Or anybody could make the server keep as many counters as they like."""
        for number in range(3):
            assert own_shop.request("GET", f"/made-up-{number}").status == 404
            assert own_shop.request("GET", f"/api/made-up-{number}").status == 404
        answer = own_shop.request("GET", "/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
        assert b"made-up" not in answer.content
        assert b'stampwell_http_requests_total{method="GET",route="",status="404"} 6.0' in answer.content

    def test_a_port_of_its_own(self, database_url: str, serve: Serve) -> None:
        port = _free_port()
        serve(database_url=database_url, metrics_port=port)
        assert "stampwell_issue_batch_size" in httpx2.get(f"http://127.0.0.1:{port}/metrics").text

    def test_several_workers_are_counted_together(self, database_url: str, serve: Serve) -> None:
        with Data(database_url) as data:
            key = open_account(data, card_id=ALICES_CARD, now_us=1).key
        server = serve("--workers", "2", database_url=database_url, metrics_token=METRICS_TOKEN)
        for _ in range(20):
            # A connection each, so that both workers get some.
            assert httpx2.post(server.base + PATH, json=least(), headers={"Authorization": f"APIKey {key}"}).status_code == 200
        answers = [
            httpx2.get(f"{server.base}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}).text for _ in range(6)
        ]
        assert [_count(text, PATH, 200) for text in answers] == [20.0] * 6
