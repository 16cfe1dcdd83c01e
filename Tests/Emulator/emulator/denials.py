"""Every request that IAM refused, so that a test of a template can fail on any."""

import time
from typing import Any

from ministack.core import iam_evaluator

_denials: list[dict[str, Any]] = []


def install() -> None:
    enforce = iam_evaluator.enforce

    def recording(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        denied = enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
        if isinstance(denied, iam_evaluator.EvalResult):
            record(denied.principal_arn, iam_action, resource_arn, denied.decision == "Deny")
        return denied

    iam_evaluator.enforce = recording


def record(principal: str, action: str, resource: str, explicit: bool = False) -> None:
    _denials.append(
        {"at": time.time(), "principal": principal, "action": action, "resource": resource, "explicit": explicit}
    )


def listed() -> list[dict[str, Any]]:
    return list(_denials)


def clear() -> None:
    _denials.clear()
