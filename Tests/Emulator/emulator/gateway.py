"""What stands before MiniStack: the control endpoints, the count of requests, and the faults that tests ask for."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from . import capacity, conformity, control, faults, operations, tally
from .conformity.record import HEADER
from .conformity.refused import in_header

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Answer = tuple[int, dict[str, str], bytes]


class Gateway:
    def __init__(self, inner: Callable[[dict, Receive, Send], Awaitable[None]]):
        self.inner = inner

    async def __call__(self, scope: dict, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_ministack/"):
            await self.inner(scope, receive, send)
            return
        # Whoever forbids plain HTTP in a policy means AWS, which speaks TLS.
        scope = {**scope, "scheme": "https"}
        body = await read(receive)
        if scope["path"].startswith(control.PREFIX):
            await write(send, await control.handle(scope, body))
            return
        operation = operations.name(scope, body)
        tally.count(operation)
        call = None
        if not operation.startswith("registry:"):
            request = request_of(scope, body)
            call, refusal = conformity.check(request)
            if refusal:
                await write(send, refusal)
                return
        fault = faults.strike(operation)
        if fault is None:
            if operation in capacity.READS:
                send = counted(send, operation, body)
            if call and conformity.is_program(request):
                send = held(send, call)
            await self.inner(scope, replay(body, receive), send)
            return
        await asyncio.sleep(fault.delay)
        if fault.performed:
            await self.inner(scope, replay(body, receive), discard)
        elif fault.status is None:
            await self.inner(scope, replay(body, receive), cut(send) if fault.cut else send)
            return
        await write(send, faults.answer(fault, operation))


def request_of(scope: dict, body: bytes) -> conformity.Request:
    headers = operations.headers_of(scope)
    path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
    return conformity.Request(scope["method"], path, query, headers, body)


async def read(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def replay(body: bytes, receive: Receive) -> Receive:
    """The body once more for the one behind, then whatever the connection says."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> dict[str, Any]:
        return waiting.pop() if waiting else await receive()

    return again


async def write(send: Send, answer: Answer) -> None:
    status, headers, body = answer
    lines = [(name.encode(), value.encode()) for name, value in {**headers, "Content-Length": str(len(body))}.items()]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})


def counted(send: Send, operation: str, request: bytes) -> Send:
    """Passes the answer on and counts what it consumed."""
    status, parts = 0, []

    async def on(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)
        parts.append(message.get("body", b""))
        if message["type"] == "http.response.body" and not message.get("more_body") and status == 200:
            capacity.count(operation, request, b"".join(parts))
        await send(message)

    return on


def held(send: Send, call: conformity.Call) -> Send:
    """Passes the answer on, with a header that says what AWS would not have answered."""
    start: dict[str, Any] = {}
    parts: list[bytes] = []

    async def on(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
            return
        if message["type"] != "http.response.body":
            await send(message)
            return
        parts.append(message.get("body", b""))
        if message.get("more_body"):
            return
        lines = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
        if fault := conformity.check_answer(call, start["status"], dict(lines), b"".join(parts)):
            start["headers"] = [*start["headers"], (HEADER.encode(), in_header(fault).encode())]
        await send(start)
        await send({"type": "http.response.body", "body": b"".join(parts)})

    return on


async def discard(message: dict[str, Any]) -> None:
    """An answer that gets lost on its way."""


def cut(send: Send) -> Send:
    """An answer of which only half arrives."""

    async def half(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            body = message.get("body", b"")
            message = {**message, "body": body[: len(body) // 2], "more_body": False}
        await send(message)

    return half
