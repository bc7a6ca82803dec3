__version__ = "0.2.0"
"""The version of Stampwell, as `stampwell --version` prints it."""
