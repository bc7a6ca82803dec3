__version__ = "0.1.0"
"""The version of this client. It goes with every request as part of its User-Agent."""
