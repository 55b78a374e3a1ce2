"""Who should go: eligibility rules first, then a price in time; pure, with the reasons kept.

``rank`` asks every engineer the same question and answers with one explanation record: proposals
whose terms add up to their total, and the first failing rule of everybody else.
"""

from server.dispatch.rules.cost import DEFAULT_WEIGHTS, Weights
from server.dispatch.rules.eligibility import Refusal, refusal_of, slot_refusal_of
from server.dispatch.rules.lifecycle import LIFECYCLE, OPEN_STATES, BookingState
from server.dispatch.rules.model import (
    Busy,
    EngineerDay,
    PartNeed,
    Position,
    Proposal,
    Ranking,
    Reason,
    Rejection,
    Visit,
)
from server.dispatch.rules.ranking import first_choice, rank
from server.dispatch.rules.slots import travel_to
from server.dispatch.rules.travel import CrowFlies, TravelTimes
from server.dispatch.rules.wording import text_of

__all__ = [
    "DEFAULT_WEIGHTS",
    "LIFECYCLE",
    "OPEN_STATES",
    "BookingState",
    "Busy",
    "CrowFlies",
    "EngineerDay",
    "PartNeed",
    "Position",
    "Proposal",
    "Ranking",
    "Reason",
    "Refusal",
    "Rejection",
    "TravelTimes",
    "Visit",
    "Weights",
    "first_choice",
    "rank",
    "refusal_of",
    "slot_refusal_of",
    "text_of",
    "travel_to",
]
