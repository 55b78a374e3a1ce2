"""Routes of the workforce room."""

from server.workforce.routes.engineers import blp as engineers
from server.workforce.routes.periods import absences, shifts
from server.workforce.routes.skills import blp as skills

__all__ = ["absences", "engineers", "shifts", "skills"]
