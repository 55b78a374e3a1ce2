"""Password hashes: Argon2id with the parameters OWASP recommends, about 40 ms of one core."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.auth import rules

# OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# A login that does not exist must take as long as one that does.
_NOBODY = _hasher.hash("the password of nobody")


def hash_password(password: str) -> str:
    """Return the hash to keep of a password."""
    return _hasher.hash(rules.normal_password(password))


def is_right(password_hash: str, password: str) -> bool:
    """Whether ``password`` belongs to the hash; an empty hash takes as long and says no.

    Takes tens of milliseconds: call it outside a unit of work.
    """
    try:
        _hasher.verify(password_hash or _NOBODY, rules.normal_password(password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)
