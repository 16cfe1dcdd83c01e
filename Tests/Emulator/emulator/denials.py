"""Every request that IAM refused, so that a test of a template can fail on any."""

import time
from typing import Any

from ministack.core import iam_evaluator

from . import resources

_denials: list[dict[str, Any]] = []
_enforce = iam_evaluator.enforce


def install() -> None:
    iam_evaluator.enforce = enforce


def enforce(
    access_key_id: str,
    iam_action: str,
    service: str,
    region: str,
    resource_arn: str = "*",
    service_context: dict[str, Any] | None = None,
):
    """MiniStack's check, on every resource that AWS would check."""
    for resource in (resource_arn, *resources.take_more()):
        denied = _enforce(access_key_id, iam_action, service, region, resource, service_context)
        if isinstance(denied, iam_evaluator.EvalResult):
            record(denied.principal_arn, iam_action, resource, denied.decision == "Deny")
        if denied:
            return denied
    return None


def record(principal: str, action: str, resource: str, explicit: bool = False) -> None:
    """`explicit` where a policy says Deny, rather than none saying Allow."""
    _denials.append(
        {"at": time.time(), "principal": principal, "action": action, "resource": resource, "explicit": explicit}
    )


def listed() -> list[dict[str, Any]]:
    return list(_denials)


def clear() -> None:
    _denials.clear()
