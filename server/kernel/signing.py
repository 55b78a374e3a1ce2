"""Signed tokens (RFC 7519, HS256): the first secret key signs, all of them verify."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from typing import Any

import jwt

from server.kernel import clock
from server.kernel.settings import Settings

ALGORITHM = "HS256"


class TokenInvalid(ValueError):
    """The token is malformed, expired, for another purpose, or signed by nobody we know."""


def sign(settings: Settings, purpose: str, claims: dict[str, Any], lifetime: dt.timedelta) -> str:
    """Return a token for ``purpose`` that holds ``claims`` and expires after ``lifetime``."""
    issued = clock.now()
    payload = {**claims, "aud": purpose, "iat": issued, "exp": issued + lifetime}
    return jwt.encode(payload, _key(settings.secret_keys[0], purpose), algorithm=ALGORITHM)


def verify(settings: Settings, purpose: str, token: str) -> dict[str, Any]:
    """Return the claims of a token for ``purpose``; raises TokenInvalid."""
    claims = _signed_claims(settings.secret_keys, purpose, token)
    if claims["exp"] <= clock.now().timestamp():
        msg = "Signature has expired"
        raise TokenInvalid(msg)
    return {**claims}


@functools.lru_cache(maxsize=4096)
def _signed_claims(secret_keys: tuple[str, ...], purpose: str, token: str) -> dict[str, Any]:
    """Return what a token says, once its signature holds; a client shows the same one for long.

    Whether it has expired is asked anew each time.
    """
    for secret in secret_keys:
        try:
            return jwt.decode(
                token,
                _key(secret, purpose),
                algorithms=[ALGORITHM],
                audience=purpose,
                options={"require": ["exp", "aud"], "verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidSignatureError:
            continue
        except jwt.PyJWTError as error:
            raise TokenInvalid(str(error)) from None
    msg = "Signature verification failed"
    raise TokenInvalid(msg)


def _key(secret: str, purpose: str) -> bytes:
    """Derive a key per purpose, so that a token of one kind can never pass as another."""
    return hashlib.blake2b(purpose.encode(), key=secret.encode()[:64], digest_size=32).digest()
