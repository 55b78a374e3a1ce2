"""Bookings, and who should go: ranking with reasons."""
