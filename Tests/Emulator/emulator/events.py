"""The event bus: what AWS's own services put on it, and what its rules may deliver to."""

import json
from collections.abc import Sequence
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import eventbridge, lambda_svc

from .permissions import policy_permits

PRINCIPAL = "events.amazonaws.com"
ACTIONS = {"lambda": "lambda:InvokeFunction", "sns": "sns:Publish", "sqs": "sqs:SendMessage"}
"""What a target's own policy must let EventBridge do."""
_invoke_target = eventbridge._invoke_target


def install() -> None:
    eventbridge._invoke_target = invoke_target
    eventbridge._dispatch_to_lambda = invoke_function


def emit(source: str, detail_type: str, detail: dict[str, Any], resources: Sequence[str] = ()) -> None:
    """Puts an event on the default bus of the current account and region."""
    entry = {
        "Source": source,
        "DetailType": detail_type,
        "Detail": json.dumps(detail),
        "Resources": list(resources),
    }
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def invoke_target(target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], view: Any = None) -> None:
    """Delivers, where the target's own policy lets EventBridge in."""
    if may_deliver(target["Arn"], rule["Arn"]):
        _invoke_target(target, event, rule, view)


def may_deliver(target: str, rule: str) -> bool:
    service = target.split(":")[2]
    if service not in ACTIONS:
        return True
    found = iam_evaluator._resource_policy(service, target)
    return policy_permits(found[0] if found else None, PRINCIPAL, ACTIONS[service], target, rule)


def invoke_function(arn: str, payload: str) -> None:
    """EventBridge invokes functions asynchronously: with retries, and a destination for what still fails."""
    function, config, _ = lambda_svc._get_func_record_for_ref(arn)
    if function and config:
        record = lambda_svc._execution_record_for_config(function, config)
        lambda_svc.invoke_async_with_retry(record, json.loads(payload))
