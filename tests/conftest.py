"""What every test may ask for comes from the kit; `kit/__init__.py` lists it."""

import pytest
from hypothesis import settings

from kit.leftovers import watch_over_this_run

_WATCH = pytest.StashKey[object]()

pytest_plugins = ["kit.databases", "kit.shops", "kit.proxies", "kit.pooler", "kit.dns", "kit.process"]

# The same examples in every run: a suite that fails now and then is not believed when it fails.
settings.register_profile("suite", derandomize=True, deadline=None, database=None)
settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    # The workers of pytest-xdist are started by the process that does this.
    if not hasattr(config, "workerinput"):
        config.stash[_WATCH] = watch_over_this_run()
