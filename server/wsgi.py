"""What a WSGI server serves: the application on the platform of the environment's settings."""

from __future__ import annotations

import os

from server import factory
from server.kernel import settings

app = factory.create_app(factory.load(settings.from_environment(os.environ)))
