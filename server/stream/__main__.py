"""The stream process: ``python -m server.stream``."""

from __future__ import annotations

import os
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import Engine, select

from server import factory
from server.auth import api as auth
from server.kernel import db, settings
from server.kernel.changes import FeedHead
from server.kernel.settings import Settings
from server.stream.heights import Height, HeightSource, PolledHeights, ReadHeights, RedisHeights
from server.stream.server import StreamServer, Subscription, Verify, run

LOOPBACK = ("127.0.0.1", "localhost")
DEFAULT_PORTS = {"http": 80, "https": 443}


def main() -> None:
    """Serve the streams of the installation that the environment describes."""
    configuration = settings.from_environment(os.environ)
    factory.configure_logging(configuration)
    server = StreamServer(
        verifier(configuration),
        source(configuration),
        origins=allowed_origins(configuration.public_url),
    )
    run(server, configuration.host, configuration.stream_port)


def source(configuration: Settings) -> HeightSource:
    """Heights over Redis where the tasks go over Redis, else from the database alone."""
    read_heights = reader_of_heights(db.make_engine(configuration.database_url))
    if configuration.broker_url.startswith(("redis://", "rediss://", "unix://")):
        return RedisHeights(configuration.broker_url, read_heights)
    return PolledHeights(read_heights)


def reader_of_heights(engine: Engine) -> ReadHeights:
    """Read the heights of all tenants, and hold no connection between two readings."""

    def read_heights() -> dict[UUID, Height]:
        try:
            with db.reader(engine).connect() as connection:
                columns = (FeedHead.tenant_id, FeedHead.epoch, FeedHead.seq)
                rows = connection.execute(select(*columns)).all()
        finally:
            engine.dispose()
        return {tenant_id: Height(epoch, seq) for tenant_id, epoch, seq in rows}

    return read_heights


def allowed_origins(public_url: str) -> frozenset[str]:
    """The public origin; on loopback also under its other name."""
    parts = urlsplit(public_url)
    # As browsers write it (RFC 6454, 6.1): lower case, and no port that goes without saying.
    host = parts.hostname or ""
    port = "" if parts.port in {None, DEFAULT_PORTS.get(parts.scheme)} else f":{parts.port}"
    names = LOOPBACK if host in LOOPBACK else (f"[{host}]" if ":" in host else host,)
    return frozenset(f"{parts.scheme}://{name}{port}" for name in names)


def verifier(configuration: Settings) -> Verify:
    """Say what a stream token allows, without asking the database."""

    def verify(token: str) -> Subscription | None:
        allowed = auth.verify_stream_token(configuration, token)
        if allowed is None:
            return None
        return Subscription(allowed.tenant_id, allowed.user_id, allowed.scopes)

    return verify


if __name__ == "__main__":
    main()
