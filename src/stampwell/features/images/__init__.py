"""Uploaded pictures: clean pixels made of whatever was sent."""
