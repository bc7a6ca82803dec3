"""Many stamps at once: bulk actions, the rows of an import, export."""
