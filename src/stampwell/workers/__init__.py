"""Loops that run beside the server, each supervised."""
