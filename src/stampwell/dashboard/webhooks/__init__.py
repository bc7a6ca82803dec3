"""Webhooks: the list with its health, one webhook with its last attempts, its settings, and sending again."""
