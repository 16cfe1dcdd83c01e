"""A forward proxy that leads names to servers of the test, and tells what it was asked for."""

import contextlib
import http.client
import socket
import ssl
import subprocess
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from support.proxy import Proxy


class Forward:
    """A proxy on a loopback port. `places` gives the server for each `host:port`; all others are answered by itself."""

    def __init__(self, places: dict[str, str]):
        self.places = places
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.forward = self
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def __enter__(self) -> "Forward":
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def targets(self) -> set[str]:
        return {target for _, target, _ in self.asked}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_CONNECT(self) -> None:
        self.note()
        place = self.server.forward.places.get(self.path)
        if place is None:
            self.send_error(502)
            return
        host, _, port = place.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=60) as there:
            there.settimeout(None)
            self.send_response_only(200)
            self.end_headers()
            self.wfile.flush()
            back = threading.Thread(target=_move, args=(there, self.connection), daemon=True)
            back.start()
            _move(self.connection, there)
            back.join(30)
        self.close_connection = True

    def do_GET(self) -> None:
        self.note()
        url = urllib.parse.urlsplit(self.path)
        if place := self.server.forward.places.get(f"{url.hostname}:{url.port or 80}"):
            self.relay(place, url)
            return
        body = b'{"token": "caught", "access_token": "caught"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_POST = do_GET

    def relay(self, place: str, url: urllib.parse.SplitResult) -> None:
        """Asks a server of the test in plain HTTP, without a body."""
        connection = http.client.HTTPConnection(place, timeout=60)
        with contextlib.closing(connection):
            path = url.path + (f"?{url.query}" if url.query else "")
            connection.putrequest(self.command, path, skip_host=True, skip_accept_encoding=True)
            # One may come several times, as skopeo's Accept does.
            for name, value in self.headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            body = answer.read()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                    self.send_header(name, value)
            self.send_header("Content-Length", answer.getheader("Content-Length", str(len(body))))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    def note(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.forward.asked.append((self.command, self.path, headers))

    def log_message(self, *_) -> None:
        pass


def _move(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(1 << 17):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def secure(place: Proxy, folder: Path, *names: str) -> Path:
    """Has a proxy before a registry speak TLS from now on; gives the certificate that is to be trusted."""
    certificate, key = folder / "server.crt", folder / "server.key"
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=registry"
    extension = "subjectAltName=" + ",".join(f"DNS:{name}" for name in names)
    words = [*make.split(), "-addext", extension, "-keyout", key, "-out", certificate]
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = place._server
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    return certificate
