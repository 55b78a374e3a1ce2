"""Measurements of the whole platform: ratios within one run, so that they hold on any machine.

Every module has ``run() -> list[str]``, one line per measured ratio; ``python -m bench`` runs them.
"""
