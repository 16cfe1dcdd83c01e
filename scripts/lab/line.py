"""A line to a server that is slower than loopback, so that what goes over it can be watched, or that breaks."""

import contextlib
import socket
import threading
import time

PIECE = 32 * 1024


class Line:
    """Passes connections on to the server at `host`, and what that sends back at `rate` bytes a second each, if any."""

    def __init__(self, host: str, rate: int | None = None):
        address, _, port = host.rpartition(":")
        self._server, self._rate = (address, int(port)), rate
        self._live: set[socket.socket] = set()
        self._port = 0
        self.mend()
        self.host = f"127.0.0.1:{self._port}"

    def mend(self) -> None:
        """From now on connections are passed on, as at the start."""
        self._listener = socket.create_server(("127.0.0.1", self._port), backlog=64)
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Breaks what is connected; nobody listens any more."""
        # A thread that waits in accept() is not woken by close() alone.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in list(self._live):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._live.clear()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                try:
                    server = socket.create_connection(self._server, timeout=60)
                    server.settimeout(None)
                except OSError:
                    client.close()
                    continue
                self._live |= {client, server}
                for start, end, rate in ((client, server, None), (server, client, self._rate)):
                    threading.Thread(target=self._pass_on, args=(start, end, rate), daemon=True).start()

    def _pass_on(self, start: socket.socket, end: socket.socket, rate: int | None) -> None:
        with contextlib.suppress(OSError):
            # no wait: it passes on for as long as both sides live
            while piece := start.recv(PIECE):
                end.sendall(piece)
                if rate:
                    time.sleep(len(piece) / rate)
        for side in (start, end):
            self._live.discard(side)
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.cut()

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_) -> None:
        self.close()
