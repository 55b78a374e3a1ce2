"""The composition root: from settings to a loaded platform, and from there to the application."""

from __future__ import annotations

import logging
import sys

import structlog
from werkzeug.middleware.proxy_fix import ProxyFix

from server import pages
from server.kernel import db, http, modules, queue
from server.kernel.settings import Settings
from server.kernel.storage import FileStore, file_store


def load(settings: Settings, *, wake: bool = True) -> modules.Platform:
    """Load the modules named in the settings and wire them to the database and the file store.

    With ``wake``, as in every process that serves, each commit tells the workers and the streams
    about what it left behind, and a database role that could read every tenant is refused.
    """
    configure_logging(settings)
    loaded = modules.import_modules(settings.modules)
    platform = modules.Platform(settings, loaded, db.make_engine(settings.database_url))
    platform.set_port(FileStore, file_store(settings.files_url))  # type: ignore[type-abstract]
    if wake:
        db.check_role(platform.engine)
    if wake and settings.broker_url:
        queue.wake_after_commit(platform, queue.make_celery(settings))
    return platform


def create_app(platform: modules.Platform) -> http.TruckrollApp:
    """Return the WSGI application with every module's routes under ``/api/v1``."""
    app = http.TruckrollApp(platform)
    if hops := platform.settings.proxies:
        # Else the throttle and the audit trail would take everybody for the proxy.
        proxied = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = proxied  # type: ignore[method-assign]
    for module in platform.modules:
        for blueprint in module.blueprints:
            app.api.register_blueprint(blueprint)
    pages.register(app)
    return app


def configure_logging(settings: Settings) -> None:
    """Log to standard error: one line per request, task and message; JSON in production."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
