"""MQTT connections of replayed devices; a message counts only once it is acknowledged."""

from __future__ import annotations

import threading
import time
from typing import Any

import click
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

CONNECT_SECONDS = 15.0
# More than this unacknowledged and the replay waits: the platform is slower than the source.
MOST_WAITING = 5_000
LONGEST_RECONNECT_SECONDS = 2
KEEP_ALIVE_SECONDS = 30


class Publisher:
    """One connection per device, each with its own token.

    Connections that break are made again, and what was not acknowledged is sent again.
    """

    def __init__(self, host: str, port: int) -> None:
        """Prepare for an endpoint or broker."""
        self._address = (host, port)
        self._clients: dict[str, Client] = {}
        self._entered = threading.Condition()
        self._answers: dict[str, str] = {}
        self.sent = 0
        self.acknowledged = 0

    def connect(self, tokens: dict[str, str]) -> None:
        """Connect every device; raises ClickException naming the ones that are refused."""
        for device, token in tokens.items():
            self._clients[device] = self._client(device, token)
        with self._entered:
            self._entered.wait_for(lambda: len(self._answers) == len(tokens), CONNECT_SECONDS)
            refused = {device: why for device, why in self._answers.items() if why}
            silent = tokens.keys() - self._answers.keys()
        if refused or silent:
            self.close()
            reasons = [f"{device}: {why}" for device, why in sorted(refused.items())]
            reasons += [f"{device}: no answer" for device in sorted(silent)]
            raise click.ClickException(f"Not connected. {'; '.join(reasons)}")

    def publish(self, device: str, topic: str, payload: bytes) -> None:
        """Hand over one message; waits while too many are unacknowledged."""
        while self.waiting > MOST_WAITING:
            time.sleep(0.01)
        self.sent += 1
        self._clients[device].publish(topic, payload, qos=1)

    @property
    def waiting(self) -> int:
        """How many messages are not acknowledged yet."""
        return self.sent - self.acknowledged

    def finish(self, patience_seconds: float) -> bool:
        """Wait for the last acknowledgement; False after so long without any."""
        seen, since = self.acknowledged, time.monotonic()
        while self.waiting and time.monotonic() - since < patience_seconds:
            time.sleep(0.02)
            if self.acknowledged != seen:
                seen, since = self.acknowledged, time.monotonic()
        return not self.waiting

    def close(self) -> None:
        """Say good-bye for every device."""
        for client in self._clients.values():
            client.disconnect()
            client.loop_stop()

    def _client(self, device: str, token: str) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2, client_id=f"replay-{device}", clean_session=False
        )
        client.username_pw_set(device, token)
        client.max_queued_messages_set(0)
        client.reconnect_delay_set(1, LONGEST_RECONNECT_SECONDS)
        client.on_connect = lambda *args: self._on_connect(device, args[3])
        client.on_publish = lambda *_: self._on_acknowledged()
        try:
            client.connect(*self._address, keepalive=KEEP_ALIVE_SECONDS)
        except OSError as error:
            host, port = self._address
            raise click.ClickException(f"Nothing answers on {host}:{port}: {error}") from error
        client.loop_start()
        return client

    def _on_connect(self, device: str, reason: Any) -> None:
        with self._entered:
            self._answers[device] = str(reason) if reason.is_failure else ""
            self._entered.notify_all()

    def _on_acknowledged(self) -> None:
        with self._entered:
            self.acknowledged += 1
