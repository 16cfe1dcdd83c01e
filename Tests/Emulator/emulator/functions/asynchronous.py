"""Asynchronous invocations: two retries, then the destination for what failed, as Lambda does them."""

import threading
import time
from typing import Any

from ministack.services import lambda_svc

from ..permissions import role_permits
from ..scope import Scope
from ..settings import settings

FIRST_PAUSE = 60
"""Seconds before the first retry; twice as many before the second."""


def invoke(function: dict[str, Any], event: Any) -> None:
    """MiniStack's way to ask for one; returns at once."""
    config = function.get("config") or function
    scope = Scope(*lambda_svc._account_region_from_function_config(config))
    threading.Thread(target=scope.run, args=(attempt, function, config, event), daemon=True).start()


def attempt(function: dict[str, Any], config: dict[str, Any], event: Any) -> None:
    settled = function.get("event_invoke_config") or (function.get("event_invoke_configs") or {}).get("$LATEST") or {}
    retries = settled.get("MaximumRetryAttempts", 2)
    for number in range(retries + 1):
        result = lambda_svc._execute_function(function, event)
        if not result.get("error"):
            return
        if number < retries:
            time.sleep(settings.scaled(FIRST_PAUSE * 2**number))
    destination = ((settled.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    destination = destination or (config.get("DeadLetterConfig") or {}).get("TargetArn")
    if destination and may_deliver(config, destination):
        lambda_svc._route_async_failure(destination, config["FunctionName"], event, result)


def may_deliver(config: dict[str, Any], destination: str) -> bool:
    """Whether the function's role lets Lambda send there."""
    service = destination.split(":")[2]
    actions = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "lambda": "lambda:InvokeFunction"}
    action = actions.get(service, f"{service}:PutEvents")
    return role_permits(config["Role"], config["FunctionName"], action, destination)
