"""A registry that misbehaves: passes requests on to a real one, counts them, and answers some in its own way."""

import contextlib
import http.client
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PIECE = 64 * 1024


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]

    @property
    def kind(self) -> str:
        """`ping`, `manifest`, `upload`, `blob`, `tags` or `other`."""
        if self.path.split("?")[0] in ("/v2", "/v2/"):
            return "ping"
        for part, kind in (("/manifests/", "manifest"), ("/blobs/uploads/", "upload"), ("/blobs/", "blob")):
            if part in self.path:
                return kind
        return "tags" if "/tags/list" in self.path else "other"


Behaviour = Callable[["_Handler"], None]


@dataclass
class _Rule:
    behaviour: Behaviour
    method: str | None
    path: re.Pattern
    times: int | None


class Proxy:
    """A server on a loopback port; `upstream` is a registry's host, or none for one that knows nothing (404)."""

    def __init__(self, upstream: str | None = None):
        self.upstream = upstream
        self.closed = threading.Event()
        self._requests: list[Request] = []
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def when(self, behaviour: Behaviour, *, method: str | None = None, path: str = "", times: int | None = None):
        """From now on, requests of the method whose path has the pattern get the behaviour; later rules win."""
        with self._lock:
            self._rules.insert(0, _Rule(behaviour, method, re.compile(path), times))

    def behave(self) -> None:
        """Forgets every rule."""
        with self._lock:
            self._rules.clear()

    @property
    def requests(self) -> list[Request]:
        with self._lock:
            return list(self._requests)

    def forget(self) -> None:
        """Starts to count again."""
        with self._lock:
            self._requests.clear()

    def count(self, method: str | None = None, kind: str | None = None) -> int:
        return sum(
            (method is None or request.method == method) and (kind is None or request.kind == kind)
            for request in self.requests
        )

    def close(self) -> None:
        self.closed.set()
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> "Proxy":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def behaviour_for(self, request: Request) -> Behaviour:
        with self._lock:
            self._requests.append(request)
            for rule in self._rules:
                if rule.method not in (None, request.method) or not rule.path.search(request.path):
                    continue
                if rule.times is not None:
                    if rule.times == 0:
                        continue
                    rule.times -= 1
                return rule.behaviour
        return pass_on if self.upstream else status(404)


# Behaviours


def status(code: int, body: bytes = b"", **headers: str) -> Behaviour:
    """Answers with the status, whatever was asked; `Retry_After="1"` is a header."""

    def answer(handler: "_Handler") -> None:
        handler.drop_body()
        handler.answer(code, {name.replace("_", "-"): value for name, value in headers.items()}, body)

    return answer


def immutable(handler: "_Handler") -> None:
    """Refuses a manifest as ECR does where the tag may not be overwritten."""
    repository, _, tag = handler.path.removeprefix("/v2/").partition("/manifests/")
    message = (
        f"The image tag '{tag}' already exists in the '{repository}' repository and cannot be overwritten "
        "because the tag is immutable."
    )
    body = f'{{"errors":[{{"code":"TAG_INVALID","message":"{message}"}}]}}'.encode()
    handler.drop_body()
    handler.answer(400, {"Content-Type": "application/json"}, body)


def garbage(handler: "_Handler") -> None:
    """Answers with noise that is no HTTP."""
    handler.wfile.write(b"\x00\x1b[31m" + os.urandom(4096))
    handler.close_connection = True


def never(handler: "_Handler") -> None:
    """Takes the request and does not answer."""
    handler.server.proxy.closed.wait()  # no wait: the proxy ends with its test
    handler.close_connection = True


def endless(handler: "_Handler") -> None:
    """Answers 200 and a body without end; to a HEAD, 200 without a digest."""
    if handler.command == "HEAD":
        handler.answer(200, {"Content-Type": "application/vnd.oci.image.index.v1+json"}, b"")
        return
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oci.image.index.v1+json\r\n\r\n")
    handler.close_connection = True
    with contextlib.suppress(OSError):
        while not handler.server.proxy.closed.is_set():
            handler.wfile.write(b"[" * PIECE)


def without_digest(handler: "_Handler") -> None:
    """Passes on, but takes the digest out of the answer, as some registries leave it out."""
    handler.pass_on(without="docker-content-digest")


def slow(bytes_per_second: int) -> Behaviour:
    """Takes and gives bodies at this rate."""
    return lambda handler: handler.pass_on(delay=PIECE / bytes_per_second)


def pass_on(handler: "_Handler") -> None:
    handler.pass_on()


class Hold:
    """A behaviour that keeps requests waiting until the test lets them go on to the real registry."""

    def __init__(self):
        self._reached = threading.Event()
        self._released = threading.Event()

    def __call__(self, handler: "_Handler") -> None:
        self._reached.set()
        # no wait: the proxy ends with its test
        while not self._released.wait(0.05) and not handler.server.proxy.closed.is_set():
            pass
        if handler.server.proxy.closed.is_set() or handler.peer_is_gone():
            handler.close_connection = True
        else:
            handler.pass_on()

    def halfway(self, handler: "_Handler") -> None:
        """Keeps the second half of an answer waiting."""

        def wait(passed: int, length: int) -> None:
            if passed < length / 2 or self._released.is_set():
                return
            self._reached.set()
            # no wait: the proxy ends with its test
            while not self._released.wait(0.05) and not handler.server.proxy.closed.is_set():
                pass

        handler.pass_on(after_piece=wait)

    def wait_until_reached(self, within: float = 60.0) -> None:
        assert self._reached.wait(within), "no request came that was to be held"

    def release(self) -> None:
        self._released.set()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    proxy: Proxy

    def handle_error(self, request, client_address) -> None:
        """Peers that go away in the middle are what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One segment for each answer, at once: with Nagle's algorithm each would wait for the peer's delayed ACK.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def handle_any(self) -> None:
        request = Request(self.command, self.path, {name.lower(): value for name, value in self.headers.items()})
        self.server.proxy.behaviour_for(request)(self)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def log_message(self, *_) -> None:
        pass

    def answer(self, code: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self) -> Iterator[bytes]:
        """The request's body in pieces, of known length or chunked."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                while size:
                    piece = self.rfile.read(min(size, PIECE))
                    if not piece:
                        raise ConnectionResetError
                    size -= len(piece)
                    yield piece
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return
        left = int(self.headers.get("Content-Length", 0))
        while left:
            piece = self.rfile.read(min(left, PIECE))
            if not piece:
                raise ConnectionResetError
            left -= len(piece)
            yield piece

    def drop_body(self) -> None:
        for _ in self.body():
            pass

    def peer_is_gone(self) -> bool:
        try:
            return self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def pass_on(
        self, *, without: str = "", delay: float = 0.0, after_piece: Callable[[int, int], None] | None = None
    ) -> None:
        """`after_piece` is told the bytes of the answer that went on so far, and how many it has."""

        def paced(pieces: Iterator[bytes]) -> Iterator[bytes]:
            for piece in pieces:
                if delay:
                    time.sleep(delay * len(piece) / PIECE)
                yield piece

        connection = http.client.HTTPConnection(self.server.proxy.upstream, timeout=60)
        with contextlib.closing(connection):
            # The Host header stays this proxy's, so that the registry's locations lead back here; and a header may
            # come several times, as skopeo's Accept does.
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() != "connection":
                    connection.putheader(name, value)
            chunked = self.headers.get("Transfer-Encoding", "").lower() == "chunked"
            connection.endheaders(paced(self.body()), encode_chunked=chunked)
            answer = connection.getresponse()
            self.send_response_only(answer.status, answer.reason)
            for name, value in answer.getheaders():
                if name.lower() not in (without, "connection", "transfer-encoding"):
                    self.send_header(name, value)
            if answer.length is None and self.command != "HEAD":
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()
            passed, length = 0, answer.length or 0
            for piece in paced(iter(lambda: answer.read(PIECE), b"")):
                self.wfile.write(piece)
                passed += len(piece)
                if after_piece:
                    after_piece(passed, length)
