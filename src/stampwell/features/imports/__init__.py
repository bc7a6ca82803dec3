"""Stamps of a file that somebody uploads: what its columns mean, a check, and the work itself, done by a worker."""
