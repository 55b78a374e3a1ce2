"""Receipts: what the server durably holds, signed so that a phone may forget its copy.

A receipt is a JWS (RFC 7515) with Ed25519 (RFC 8037); the public keys are published as a JWK set
(RFC 7517). Keys are derived from the secret keys, so that rotating these rotates them too.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.kernel.settings import Settings


def sign_receipt(
    settings: Settings,
    *,
    tenant_id: UUID,
    commands: Sequence[UUID],
    blobs: Sequence[str],
    issued_at: dt.datetime,
) -> str:
    """Return a receipt for command ids and for SHA-256 hashes of files."""
    key = _private_key(settings.secret_keys[0])
    body = {
        "tenant": str(tenant_id),
        "commands": [str(command_id) for command_id in commands],
        "blobs": list(blobs),
        "iat": int(issued_at.timestamp()),
    }
    return jwt.encode(body, key, algorithm="EdDSA", headers={"kid": _key_id(key)})


def public_keys(settings: Settings) -> dict[str, Any]:
    """Return the JWK set that receipts are checked with."""
    return {"keys": [_jwk(_private_key(secret)) for secret in settings.secret_keys]}


def _private_key(secret: str) -> Ed25519PrivateKey:
    seed = hashlib.blake2b(b"receipt", key=secret.encode()[:64], digest_size=32).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public_bytes(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _key_id(key: Ed25519PrivateKey) -> str:
    return hashlib.sha256(_public_bytes(key)).hexdigest()[:16]


def _jwk(key: Ed25519PrivateKey) -> dict[str, str]:
    encoded = base64.urlsafe_b64encode(_public_bytes(key)).decode().rstrip("=")
    return {"kty": "OKP", "crv": "Ed25519", "x": encoded, "kid": _key_id(key), "use": "sig"}
