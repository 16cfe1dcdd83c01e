"""A line that is slower than loopback, so that what goes over it can be watched."""

import contextlib
import socket
import threading
import time

PIECE = 32 * 1024


class SlowLine:
    """Passes connections on to the server at `host`, and what that sends back at `rate` bytes a second each."""

    def __init__(self, host: str, rate: int):
        address, _, port = host.rpartition(":")
        self._server, self._rate = (address, int(port)), rate
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection(self._server)
                except OSError:
                    client.close()
                    continue
                for start, end, rate in ((client, server, None), (server, client, self._rate)):
                    threading.Thread(target=_pass_on, args=(start, end, rate), daemon=True).start()

    def close(self) -> None:
        # A thread that waits in accept() is not woken by close() alone.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def __enter__(self) -> "SlowLine":
        return self

    def __exit__(self, *_) -> None:
        self.close()


def _pass_on(start: socket.socket, end: socket.socket, rate: int | None) -> None:
    with contextlib.suppress(OSError):
        while piece := start.recv(PIECE):
            end.sendall(piece)
            if rate:
                time.sleep(len(piece) / rate)
    for side in (start, end):
        with contextlib.suppress(OSError):
            side.shutdown(socket.SHUT_RDWR)
