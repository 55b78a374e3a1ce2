"""What a browser may do with our pages: the content security policy and its companions."""

from __future__ import annotations

from urllib.parse import urlsplit

from server.auth import rules as auth_rules
from server.kernel.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost")


def app_headers(settings: Settings) -> dict[str, str]:
    """Return the headers of every file of an app; workers and service workers obey them too."""
    return {
        "Content-Security-Policy": content_security_policy(settings),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        # A photo, a scanned part and the place of the van; nothing else is ever asked for.
        "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=()",
    }


def content_security_policy(settings: Settings) -> str:
    """Return the policy of the apps: everything from here, but live events and the base map."""
    tiles = settings.map.origins
    rules = (
        "default-src 'self'",
        # Bar codes are read by WebAssembly.
        "script-src 'self' 'wasm-unsafe-eval'",
        # The component library sets style attributes.
        "style-src 'self' 'unsafe-inline'",
        " ".join(("img-src 'self' data: blob:", *tiles)),
        "worker-src 'self' blob:",
        " ".join(("connect-src 'self'", *stream_origins(settings), *tiles)),
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
    return "; ".join(rules)


def stream_origins(settings: Settings) -> tuple[str, ...]:
    """Return where the event stream may be; on loopback under both of its names."""
    url = auth_rules.stream_url(settings.public_url, settings.port, settings.stream_port)
    parts = urlsplit(url)
    if parts.hostname not in LOOPBACK:
        return (f"{parts.scheme}://{parts.netloc}",)
    port = f":{parts.port}" if parts.port else ""
    return tuple(f"{parts.scheme}://{name}{port}" for name in LOOPBACK)
