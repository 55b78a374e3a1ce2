"""The English sentence of every reason and rejection; clients translate by code and values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TEXTS: dict[str, str] = {
    # Why an engineer cannot come.
    "engineer-archived": "no longer works here",
    "skill-missing": "needs {skill} level {needed}, has none",
    "skill-level-too-low": "needs {skill} level {needed}, has {held}",
    "skill-expired": "{skill} expires on {expires_on}, the visit would be on {visit_on}",
    "no-shift": "has no shift between {from_at} and {until_at}",
    "absent": "is absent in every shift between {from_at} and {until_at}",
    "no-free-slot": "no room for {duration_minutes} min and the drive before {until_at}",
    # What speaks for and against a proposal.
    "travel": "{there_minutes} min drive from {origin}, {extra_minutes} min more on the road",
    "waiting": "could start {minutes} min after the earliest possible moment",
    "on-time": "done {slack_minutes} min before it is due at {due_at}",
    "late": "done {minutes} min after it was due at {due_at}",
    "load": "{booked_minutes} min already booked that day",
    "overtime": "back home {minutes} min later than the shift allows",
    "parts-on-van": "every part it needs is on the van",
    "part-missing": "needs {needed} of {part}, the van holds {held}",
    "other-territory": "works in another territory than the site's",
}


def text_of(code: str, params: Mapping[str, Any]) -> str:
    """Say a reason in English; an unknown code is a bug and raises KeyError."""
    return TEXTS[code].format_map(params)
