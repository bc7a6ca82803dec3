"""The demo's shop, and what pictures need besides: states, a session, another language."""

import json
import subprocess
import urllib.request
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

PASSWORD = "latte77"


class ShownShop:
    """`told` is what `stampwell demo --json` printed."""

    def __init__(self, told: dict[str, Any], *, folder: Path, stampwell: Path) -> None:
        self.url: str = told["url"]
        self.links: dict[str, str] = told["links"]
        self.card: int = told["cardIdx"]
        self._key: str = told["apiKey"]
        self._folder = folder
        self._stampwell = stampwell

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None, **query: object) -> Any:
        """The result of an API request."""
        address = f"{self.url}/api/{path}" + (f"?{urlencode(query)}" if query else "")
        content = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"APIKey {self._key}", "Content-Type": "application/json"}
        request = urllib.request.Request(address, content, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["result"]

    def run(self, *words: str) -> dict[str, Any]:
        """A `stampwell` command on the shop's database."""
        done = subprocess.run([self._stampwell, *words, "--json"], cwd=self._folder, check=True, capture_output=True)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def new_card(self, **fields: object) -> int:
        made: int = self.ask("POST", "card/v1/create", {"cardNm": "Coffee", "maxStamps": 10, **fields})
        return made

    def new_stamp(self, card: int, *, marks: int = 0, **fields: object) -> int:
        today = datetime.now(UTC).date()
        days = {"strtYmd": str(today), "endYmd": str(today + timedelta(days=300))}
        made: int = self.ask("POST", "stamp/v1/create", {"cardIdx": card, "userNm": "Kim Min-ji", **days, **fields})
        if marks:
            self.ask("PUT", "stamp/v1/update", {"stampIdx": made, "stamps": marks})
        return made

    def code(self, stamp: int) -> str:
        return str(self.ask("GET", "stamp/v1/get", stampIdx=stamp)["code"])

    def sign_in(self, link: str) -> dict[str, str]:
        """The cookies of whoever opens that one-time link."""
        jar = CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        path = link.removeprefix(self.url)
        headers = {"Origin": self.url, "Content-Type": "application/x-www-form-urlencoded"}
        opener.open(urllib.request.Request(self.url + path, b"go=on", headers), timeout=30)
        return {cookie.name: str(cookie.value) for cookie in jar}
