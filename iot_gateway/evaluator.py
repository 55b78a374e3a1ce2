"""The thread that evaluates, apart from the ingest: a slow ticket never delays a PUBACK."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from uuid import UUID

import structlog

from iot_gateway import evaluation
from server.kernel.modules import Platform

RETRY_SECONDS = 2.0
STOP_SECONDS = 10.0
log = structlog.get_logger(__name__)


class Evaluator(threading.Thread):
    """Evaluates tenant after tenant; what fails is tried again, and nothing is skipped."""

    def __init__(self, platform: Platform, tenant_ids: Iterable[UUID]) -> None:
        """Begin with ``tenant_ids``: a killed gateway may have left readings unevaluated."""
        super().__init__(name="evaluator", daemon=True)
        self.evaluated = 0
        self.failures = 0
        self._platform = platform
        self._condition = threading.Condition()
        self._due = dict.fromkeys(tenant_ids, 0.0)
        self._is_stopping = False

    def wake(self, tenant_id: UUID) -> None:
        """Say that a tenant has readings to evaluate."""
        with self._condition:
            self._due.setdefault(tenant_id, 0.0)
            self._condition.notify()

    def stop(self) -> None:
        """Finish the batch at hand, then end; the rest waits for the next start."""
        with self._condition:
            self._is_stopping = True
            self._condition.notify()
        self.join(STOP_SECONDS)

    def run(self) -> None:
        """Work until stopped."""
        while (tenant_id := self._next()) is not None:
            try:
                self.evaluated += evaluation.evaluate(
                    self._platform, tenant_id, is_stopping=lambda: self._is_stopping
                )
            except Exception:
                log.exception("evaluation failed; trying again", tenant_id=str(tenant_id))
                self.failures += 1
                with self._condition:
                    self._due[tenant_id] = time.monotonic() + RETRY_SECONDS

    def _next(self) -> UUID | None:
        """Wait for a tenant that is due, the one that waits longest; None when stopping."""
        with self._condition:
            while not self._is_stopping:
                now = time.monotonic()
                for tenant_id, due in self._due.items():
                    if due <= now:
                        del self._due[tenant_id]
                        return tenant_id
                wait = min(self._due.values(), default=None)
                self._condition.wait(None if wait is None else wait - now)
            return None
