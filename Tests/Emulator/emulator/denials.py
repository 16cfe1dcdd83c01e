"""Every request that IAM refused, so that a test of a template can fail on any."""

import time
from typing import Any

_denials: list[dict[str, Any]] = []


def record(principal: str, action: str, resource: str, explicit: bool = False) -> None:
    """`explicit` where a policy says Deny, rather than none saying Allow."""
    _denials.append(
        {"at": time.time(), "principal": principal, "action": action, "resource": resource, "explicit": explicit}
    )


def listed() -> list[dict[str, Any]]:
    return list(_denials)


def clear() -> None:
    _denials.clear()
