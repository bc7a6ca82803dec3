"""API calls about card designs, to paste into a shell."""

import json
import shlex
from datetime import date

from stampwell.core.days import years_after

KEY_PLACEHOLDER = "sk_live_YOUR_KEY"


def create_command(card_id: int, *, origin: str, today: date) -> str:
    """It is valid from today for a year."""
    body = {"cardIdx": card_id, "strtYmd": today.isoformat(), "endYmd": years_after(today, 1).isoformat()}
    return " \\\n  ".join(
        (
            f"curl {origin}/api/stamp/v1/create",
            f"-H 'Authorization: APIKey {KEY_PLACEHOLDER}'",
            "-H 'Content-Type: application/json'",
            f"-d {shlex.quote(json.dumps(body, indent=2))}",
        )
    )


def list_command(origin: str) -> str:
    """Every card design, with its Card IDX."""
    return f"curl {origin}/api/card/v1/list -H 'Authorization: APIKey {KEY_PLACEHOLDER}'"
