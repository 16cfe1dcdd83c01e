"""Faults that tests ask for: which request is struck is decided here, `gateway` does the striking."""

import json
from dataclasses import asdict, dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

from .refusal import Refusal

QUERY_PROTOCOL = ("sts:", "iam:", "cloudformation:", "sns:", "ec2:", "cloudwatch:")


@dataclass
class Fault:
    operation: str
    """Glob of the operations' names: `batch:SubmitJob`, `dynamodb:*`, `registry:PutManifest`."""
    status: int | None = None
    """The HTTP status of the answer; without one the request is only delayed or cut."""
    code: str = "InternalFailure"
    message: str = "a fault that the test asked for"
    times: int | None = None
    """How many requests are struck before the fault is over; without it, all."""
    every: int = 1
    """2 strikes every second request, 3 every third."""
    after: int = 0
    """How many requests go well first."""
    delay: float = 0.0
    """Seconds before anything happens."""
    cut: bool = False
    """The answer ends in its middle."""
    performed: bool = False
    """The service does what was asked, and its answer is lost: `status` is what arrives."""
    retry_after: int | None = None
    """Seconds in the Retry-After header."""
    seen: int = 0
    struck: int = 0

    def strikes(self, operation: str) -> bool:
        """Whether this request is struck; counts it."""
        if not fnmatchcase(operation, self.operation) or self.struck == self.times:
            return False
        self.seen += 1
        turn = self.seen - self.after
        struck = turn > 0 and turn % self.every == 0
        self.struck += struck
        return struck


_faults: list[Fault] = []


def add(wish: dict[str, Any]) -> Fault:
    """ValueError says what is wrong with the wish."""
    allowed = {item.name for item in fields(Fault)} - {"seen", "struck"}
    if unknown := set(wish) - allowed:
        raise ValueError(f"a fault has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(allowed))}")
    if not isinstance(wish.get("operation"), str):
        raise ValueError("a fault needs an operation, such as batch:SubmitJob or dynamodb:*")
    fault = Fault(**wish)
    if fault.performed and fault.status is None:
        raise ValueError("a fault that is performed needs a status, for the answer is lost")
    if fault.every < 1:
        raise ValueError("every must be at least 1")
    _faults.append(fault)
    return fault


def strike(operation: str) -> Fault | None:
    """The first fault that strikes this request."""
    return next((fault for fault in _faults if fault.strikes(operation)), None)


def listed() -> list[dict[str, Any]]:
    return [asdict(fault) for fault in _faults]


def clear() -> None:
    _faults.clear()


def answer(fault: Fault, operation: str) -> tuple[int, dict[str, str], bytes]:
    """The error in the shape that the service's clients expect."""
    status = fault.status or 500
    if operation.startswith("registry:"):
        body = json.dumps({"errors": [{"code": fault.code, "message": fault.message}]}).encode()
        headers = {"Content-Type": "application/json"}
    elif operation.startswith(QUERY_PROTOCOL):
        kind = "Receiver" if status >= 500 else "Sender"
        error = f"<Error><Type>{kind}</Type><Code>{fault.code}</Code><Message>{fault.message}</Message></Error>"
        body = f"<ErrorResponse>{error}<RequestId>fault</RequestId></ErrorResponse>".encode()
        headers = {"Content-Type": "text/xml"}
    else:
        status, headers, body = Refusal(fault.code, fault.message, status).answer()
    if fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    return status, headers, body
