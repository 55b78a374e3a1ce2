"""``python -m server.cli``, also installed as ``truckroll``."""

from __future__ import annotations

from server.cli.root import cli

if __name__ == "__main__":
    cli(prog_name="truckroll")
