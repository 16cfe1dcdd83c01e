"""A line to a server on loopback as if it were far away: it holds each piece of data for a while in each direction."""

from pathlib import Path

from .native import Native


class Distance(Native):
    """`host` is the server at `server`, `delay` seconds away in each direction; it counts the bytes of both."""

    def __init__(self, folder: Path, server: str, delay: float = 0):
        super().__init__("distance", folder, 3, 1, server.rpartition(":")[2])
        self.host = self.hosts[0]
        self.delay = delay

    @property
    def sent(self) -> int:
        """Bytes that went to the server, HTTP's own included."""
        return self[1]

    @property
    def received(self) -> int:
        return self[2]
