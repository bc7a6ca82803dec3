"""Counting requests against a plan."""
