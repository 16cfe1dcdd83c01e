"""What stands before MiniStack: the control endpoints, the count of requests, and the faults that tests ask for."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from . import capacity, control, faults, models, operations, tally

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
        fault = faults.strike(operation)
        if fault is None and (refusal := models.check(operations.headers_of(scope), body)):
            await write(send, refusal.answer())
            return
        if fault is None and operation in capacity.READS:
            await self.inner(scope, replay(body, receive), counted(send, operation, body))
            return
        if fault is None:
            await self.inner(scope, replay(body, receive), send)
            return
        await asyncio.sleep(fault.delay)
        if fault.performed:
            await self.inner(scope, replay(body, receive), discard)
        elif fault.status is None:
            await self.inner(scope, replay(body, receive), cut(send) if fault.cut else send)
            return
        await write(send, faults.answer(fault, operation))


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
