"""AWS Lambda's Runtime API (2018-06-01) on a loopback port, and one process of a function that it feeds.

What it answers, and when it refuses, is what https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and AWS's
Runtime Interface Emulator say.
"""

import json
import os
import queue
import subprocess
import threading
import time
import uuid
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from .processes import die_with_parent, stop

VERSION = "/2018-06-01/runtime"
ANSWER_LIMIT = 6 * 1024 * 1024 + 100  # bytes
HUNG = 60.0  # seconds; a watchdog, far above what any invocation takes


@dataclass
class Invocation:
    """An event and what became of it."""

    event: bytes
    # Seconds until the deadline, from when the function takes the event.
    time_left: float
    trace: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:test"
    body: bytes = b""
    # The type that an error was reported with, empty if with none; None for an answer.
    error_type: str | None = None
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def json(self):
        return json.loads(self.body)

    def answered(self) -> "Invocation":
        assert self.over.wait(HUNG), f"invocation {self.id} was never answered"
        return self


class RuntimeAPI:
    """Serves until closed. `misbehave` gives what is sent instead of the next answer to `path`, as raw bytes."""

    def __init__(self):
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                api._serve(self)

            def do_POST(self):
                api._serve(self)

            def log_message(self, *_):
                pass

        self._waiting: queue.Queue[Invocation | None] = queue.Queue()
        self._current: Invocation | None = None
        self._odd: dict[str, list[bytes]] = {}
        self._lock = threading.Lock()
        self.init_error: dict | None = None
        self.polled = threading.Event()
        # When the first event was asked for, by `time.perf_counter`.
        self.polled_at = 0.0
        self._server = _Server(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def invoke(self, event: object, *, time_left: float = HUNG, trace: str = "") -> Invocation:
        """Puts an event in line; bytes go as they are, anything else as JSON."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        return self.put(Invocation(body, time_left, trace))

    def put(self, invocation: Invocation) -> Invocation:
        self._waiting.put(invocation)
        return invocation

    def misbehave(self, path: str, *answers: bytes) -> None:
        """The next requests whose path ends so get these bytes, and their connection is closed."""
        with self._lock:
            self._odd.setdefault(path, []).extend(answers)

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        body = _body(request)
        if (odd := self._misbehaviour(request.path)) is not None:
            request.wfile.write(odd)
            request.close_connection = True
            return
        status, headers, answer = self._answer(request, body)
        request.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(answer)))
        request.end_headers()
        request.wfile.write(answer)

    def _misbehaviour(self, path: str) -> bytes | None:
        with self._lock:
            for end, answers in self._odd.items():
                if path.endswith(end) and answers:
                    return answers.pop(0)
        return None

    def _answer(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, str], bytes]:
        match request.command, request.path.removeprefix(VERSION).split("/")[1:]:
            case "GET", ["invocation", "next"]:
                return self._next()
            case "POST", ["init", "error"]:
                if self.polled.is_set():
                    return _refusal(403, "InvalidStateTransition", "Transition to InitError is not allowed")
                self.init_error = json.loads(body) | {"header": request.headers["Lambda-Runtime-Function-Error-Type"]}
                return 202, {}, b'{"status":"OK"}\n'
            case "POST", ["invocation", id, "response" | "error" as kind]:
                error = request.headers.get("Lambda-Runtime-Function-Error-Type", "") if kind == "error" else None
                return self._finish(id, body, error)
        return 404, {}, b""

    def _next(self) -> tuple[int, dict[str, str], bytes]:
        if not self.polled.is_set():
            self.polled_at = time.perf_counter()
            self.polled.set()
        if self._current:
            return _refusal(403, "InvalidStateTransition", "Transition to Ready is not allowed")
        invocation = self._waiting.get()  # no wait: the test asks for each answer with a watchdog of its own
        if invocation is None:
            return _refusal(403, "Closed", "the environment ends")
        self._current = invocation
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.id,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + invocation.time_left) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.arn,
        }
        if invocation.trace:
            headers["Lambda-Runtime-Trace-Id"] = invocation.trace
        return 200, headers, invocation.event

    def _finish(self, id: str, body: bytes, error: str | None) -> tuple[int, dict[str, str], bytes]:
        invocation = self._current
        if not invocation or invocation.id != id:
            return _refusal(400, "InvalidRequestID", "Invalid request ID")
        too_large = error is None and len(body) > ANSWER_LIMIT
        invocation.body, invocation.error_type = body, error
        if too_large:
            invocation.body, invocation.error_type = b"{}", "Function.ResponseSizeTooLarge"
        self._current = None
        invocation.over.set()
        if too_large:
            return _refusal(413, "RequestEntityTooLarge", f"Exceeded maximum allowed payload size ({ANSWER_LIMIT})")
        return 202, {}, b'{"status":"OK"}\n'

    def close(self) -> None:
        self._waiting.put(None)
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> "RuntimeAPI":
        return self

    def __exit__(self, *_) -> None:
        self.close()


class Function:
    """The process of a function, started as Lambda starts it; `log` is what it says."""

    def __init__(self, api: RuntimeAPI, command: list[str], handler: str, log: Path, **environment: str):
        self.api, self.log = api, log
        self.started_at = time.perf_counter()
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                env={
                    "PATH": os.environ["PATH"],
                    "AWS_LAMBDA_RUNTIME_API": api.host,
                    "AWS_LAMBDA_FUNCTION_NAME": "test",
                    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
                    "AWS_REGION": "eu-central-1",
                    "AWS_DEFAULT_REGION": "eu-central-1",
                    "_HANDLER": handler,
                    **environment,
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=die_with_parent,
            )

    def seconds_to_first_poll(self) -> float:
        deadline = time.monotonic() + HUNG
        while not self.api.polled.wait(0.05):
            running = self.process.poll() is None and time.monotonic() < deadline
            assert running, f"it never asked for an event; it said\n{self.log.read_text()}"
        return self.api.polled_at - self.started_at

    def resident_kilobytes(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))

    def ended(self) -> int:
        """Its status, once it has ended."""
        return self.process.wait(HUNG)

    def lines(self) -> list[dict]:
        """The log, whose every line is a JSON object."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def stop(self) -> None:
        stop(self.process)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_) -> None:
        """A function that ends breaks its connection off; that is nothing to speak of."""


def _body(request: BaseHTTPRequestHandler) -> bytes:
    if request.headers.get("Transfer-Encoding", "").lower() != "chunked":
        return request.rfile.read(int(request.headers.get("Content-Length") or 0))
    body = b""
    while size := int(request.rfile.readline().split(b";")[0], 16):
        body += request.rfile.read(size)
        request.rfile.readline()
    while request.rfile.readline().strip():
        pass
    return body


def _refusal(status: int, kind: str, message: str) -> tuple[int, dict[str, str], bytes]:
    return status, {}, json.dumps({"errorType": kind, "errorMessage": message}).encode()
