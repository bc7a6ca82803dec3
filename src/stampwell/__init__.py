__version__ = "0.1.0"
"""The version of Stampwell, as `stampwell --version` prints it."""
