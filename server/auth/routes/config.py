"""What a client must know before anybody has signed in."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from server.auth import rules
from server.auth.schemas import ConfigSchema
from server.kernel.http import JSON_BODY_LIMIT, ApiBlueprint, current_platform, public
from server.kernel.paging import MAX_LIMIT

VERSION = "0.1.0"
MEBIBYTE = 1024 * 1024

blp = ApiBlueprint(
    "config", __name__, url_prefix="/api/v1/config", description="Configuration for clients"
)


@blp.route("")
class ConfigView(MethodView):
    @public(own_unit=True)
    @blp.doc(security=[])
    @blp.response(200, ConfigSchema)
    def get(self) -> dict[str, Any]:
        """Show where the event stream and the base map are, and the limits clients must keep"""
        settings = current_platform().settings
        return {
            "version": VERSION,
            "public_url": settings.public_url,
            "stream_url": rules.stream_url(
                settings.public_url, settings.port, settings.stream_port
            ),
            "is_demo": settings.demo,
            "map": settings.map,
            "limits": {
                "json_bytes": JSON_BODY_LIMIT,
                "upload_chunk_bytes": 8 * MEBIBYTE,
                "upload_bytes": 200 * MEBIBYTE,
                "image_pixels": 50_000_000,
                "page_items": MAX_LIMIT,
                "offline_days": rules.REFRESH_LIFETIME.days,
            },
        }
