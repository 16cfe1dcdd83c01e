"""The Runtime API of one execution environment: where its bootstrap fetches events and leaves answers."""

import json
import queue
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BASE = "/2018-06-01/runtime"
RESULT = re.compile(rf"{BASE}/invocation/([^/]+)/(response|error)")
LARGEST = 6 * 1024 * 1024
"""Bytes of a synchronous answer, Lambda's quota."""


@dataclass
class Invocation:
    request_id: str
    event: bytes
    deadline_ms: int
    function_arn: str
    trace_id: str
    done: threading.Event = field(default_factory=threading.Event)
    response: bytes | None = None
    error: dict[str, Any] | None = None


class RuntimeAPI:
    """Serves one bootstrap, on a port of its own."""

    def __init__(self) -> None:
        self.waiting: queue.Queue[Invocation | None] = queue.Queue()
        self.current: Invocation | None = None
        self.settled = threading.Event()
        """The bootstrap has asked for its first event, or said that it cannot."""
        self.init_error: dict[str, Any] | None = None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.waiting.put(None)
        self.server.shutdown()
        self.server.server_close()


def handler(api: RuntimeAPI) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

        def do_GET(self) -> None:
            if self.path != f"{BASE}/invocation/next":
                self.refuse(404, "NotFound", self.path)
                return
            api.settled.set()
            invocation = api.waiting.get()
            if invocation is None:
                self.close_connection = True
                return
            api.current = invocation
            headers = {
                "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
                "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
                "Lambda-Runtime-Trace-Id": invocation.trace_id,
            }
            self.answer(200, invocation.event, headers)

        def do_POST(self) -> None:
            body = self.body()
            if self.path == f"{BASE}/init/error":
                api.init_error = described(body, self.headers.get("Lambda-Runtime-Function-Error-Type"))
                api.settled.set()
                self.answer(202, b'{"status":"OK"}')
                return
            match = RESULT.fullmatch(self.path)
            invocation = api.current
            if match is None:
                self.refuse(404, "NotFound", self.path)
            elif invocation is None or match[1] != invocation.request_id or invocation.done.is_set():
                self.refuse(400, "InvalidRequestID", "Invalid request ID")
            elif match[2] == "response" and len(body) > LARGEST:
                message = f"Exceeded maximum allowed payload size ({LARGEST} bytes)."
                invocation.error = {"errorType": "RequestEntityTooLarge", "errorMessage": message}
                invocation.done.set()
                self.refuse(413, "RequestEntityTooLarge", message)
            else:
                if match[2] == "response":
                    invocation.response = body
                else:
                    kind = self.headers.get("Lambda-Runtime-Function-Error-Type")
                    invocation.error = described(body, kind)
                invocation.done.set()
                self.answer(202, b'{"status":"OK"}')

        def body(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

        def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def refuse(self, status: int, kind: str, message: str) -> None:
            self.answer(status, json.dumps({"errorType": kind, "errorMessage": message}).encode())

    return Handler


def described(body: bytes, kind: str | None) -> dict[str, Any]:
    """An error as the invoker sees it."""
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        document = {"errorMessage": body.decode(errors="replace")}
    document.setdefault("errorType", kind or "Unknown")
    return document
