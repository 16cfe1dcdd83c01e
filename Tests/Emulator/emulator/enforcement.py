"""The check of a request against IAM's policies: on every resource that AWS would check and on the keys that these are
encrypted with, with a log of refusals."""

from typing import Any

from ministack.core import iam_evaluator

from . import denials, keys, resources

_enforce = iam_evaluator.enforce


def install() -> None:
    resources.install()
    iam_evaluator.enforce = enforce


def enforce(
    access_key_id: str,
    iam_action: str,
    service: str,
    region: str,
    resource_arn: str = "*",
    service_context: dict[str, Any] | None = None,
):
    """MiniStack's way to ask."""
    for resource in (resource_arn, *resources.take_more()):
        uses = keys.needed(iam_action, resource, region)
        asked = [(service, iam_action, resource, service_context), *(("kms", *use) for use in uses)]
        for of, action, on, context in asked:
            denied = _enforce(access_key_id, action, of, region, on, context)
            if isinstance(denied, iam_evaluator.EvalResult):
                denials.record(denied.principal_arn, action, on, denied.decision == "Deny")
            if denied:
                return denied
    return None
