"""Tickets: reported problems from opening to archive."""
