"""The application as a web server serves it, with less patience for silent connections."""

from __future__ import annotations

from server.wsgi import app
from sync.uploads import stalls

__all__ = ["app"]

stalls.SILENT_SECONDS = 1.0
stalls.LOOK_SECONDS = 0.2
