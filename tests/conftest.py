"""What every test may ask for comes from the kit; `kit/__init__.py` lists it."""

from hypothesis import settings

pytest_plugins = ["kit.databases", "kit.shops", "kit.outside", "kit.dns", "kit.process"]

# The same examples in every run: a suite that fails now and then is not believed when it fails.
settings.register_profile("suite", derandomize=True, deadline=None, database=None)
settings.load_profile("suite")
