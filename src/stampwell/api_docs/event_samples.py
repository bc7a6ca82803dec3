"""A sample of every type of event, for the documentation and for tools that want one before anything has happened."""

import json
from pathlib import Path
from typing import Any

EVENT_SAMPLES: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("event_samples.json").read_text("utf-8"))
"""By type, as delivered in full without personal fields. A test compares them with what a running server tells."""
