"""What the pages of every surface need: the parts that app.py puts together. A surface adds its own."""

from dataclasses import dataclass

from stampwell.assets.served import Assets
from stampwell.core.clock import WatchedClock
from stampwell.db.database import Database
from stampwell.locales.languages import Languages
from stampwell.web.rendering import Templates


@dataclass(frozen=True, slots=True)
class PageDeps:
    """languages: those that the surface speaks. templates: the surface's, and those that it shares."""

    db: Database
    clock: WatchedClock
    languages: Languages
    assets: Assets
    templates: Templates
