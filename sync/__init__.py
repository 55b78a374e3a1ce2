"""Sync: what phones pull, push and upload."""
