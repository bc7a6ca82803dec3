from stampwell.core.zone_data import use_packaged_zones

__version__ = "0.2.0"
"""The version of Stampwell, as `stampwell --version` prints it."""

# Here, because this runs before anything else of Stampwell's, whoever imports it: the server, the command line, the tests.
use_packaged_zones()
