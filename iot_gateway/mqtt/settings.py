"""Limits of the endpoint, and what it counts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSettings:
    """Where the endpoint listens and how much it takes at a time."""

    host: str = "127.0.0.1"
    port: int = 1883
    max_connections: int = 10_000
    connect_timeout_seconds: float = 10.0
    max_connect_bytes: int = 16 * 1024
    """Before a device is known it gets less room."""
    max_payload_bytes: int = 64 * 1024
    keep_alive_factor: float = 1.5
    default_keep_alive_seconds: int = 300
    """Told to MQTT 5 devices that ask for none; older ones are watched by TCP alone."""

    batch_messages: int = 500
    batch_seconds: float = 0.02
    """A message waits at most this long for company before its batch is committed."""
    quiet_seconds: float = 0.002
    """When nothing arrives for this long, the batch is committed at once."""

    max_in_flight: int = 500
    """Messages of one connection that are not committed yet; the receive maximum of MQTT 5."""
    max_in_flight_bytes: int = 1024 * 1024
    max_queued: int = 20_000
    """Messages of all connections that are not committed yet."""
    max_queued_bytes: int = 64 * 1024 * 1024
    outbound_window: int = 50
    """Messages to one device that it has not acknowledged yet."""

    retry_seconds: float = 0.1
    max_retry_seconds: float = 5.0
    give_up_seconds: float = 60.0
    """Connections are dropped when nothing could be committed for this long."""
    linger_seconds: float = 1.0
    """How long a closed connection may still read why it was closed."""
    stop_seconds: float = 10.0
    """How long stopping waits for the messages already received to be committed."""

    @property
    def max_packet_bytes(self) -> int:
        """The largest payload, a topic of common length and the fields of a PUBLISH."""
        return self.max_payload_bytes + 1024


@dataclass(slots=True, kw_only=True)
class Counters:
    """What happened since the start, for the metrics; written by the event loop only."""

    connections: int = 0
    """Open now."""
    connected: int = 0
    turned_away: int = 0
    login_failures: int = 0
    takeovers: int = 0
    bad_packets: int = 0
    keep_alive_timeouts: int = 0
    messages: int = 0
    """Committed, of every kind."""
    acknowledged: int = 0
    forbidden: int = 0
    refused: int = 0
    wills: int = 0
    batches: int = 0
    commit_failures: int = 0
