"""The schema's history. Run as a program of its own, so that a server never loads Alembic."""
