"""Event source mappings: Lambda polls with the function's role, and refuses a mapping for which the role is short,
or whose queue shows a message again while the function may still be at work on it."""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import lambda_svc, sqs
from ministack.services.cloudformation import provisioners

from ..permissions import role_permits

NEEDED = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
_create_esm = lambda_svc._create_esm


def install() -> None:
    lambda_svc._create_esm = create
    mapping = provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"]
    mapping["create"] = provisioner(mapping["create"])


def create(request: dict[str, Any]) -> tuple:
    if message := objection(request):
        return error_response_json("InvalidParameterValueException", message, 400)
    return _create_esm(request)


def provisioner(provision: Callable) -> Callable:
    """CloudFormation's handler, which makes a mapping beside Lambda's API."""

    def provisioned(logical_id: str, properties: dict[str, Any], stack: str) -> tuple[str, dict[str, str]]:
        if message := objection(properties):
            raise ValueError(f"Invalid request provided: {message}")
        return provision(logical_id, properties, stack)

    return provisioned


def objection(request: dict[str, Any]) -> str | None:
    """What Lambda has against a mapping, in its words."""
    source = request.get("EventSourceArn", "")
    _, config, name = lambda_svc._get_func_record_for_ref(request.get("FunctionName", ""))
    if not config or ":sqs:" not in source:
        return None
    for operation in NEEDED:
        if not role_permits(config["Role"], name, f"sqs:{operation}", source):
            return f"The provided execution role does not have permissions to call {operation} on SQS"
    queue = sqs._queue_by_arn(source)
    if not queue:
        return None
    visibility, timeout = int(queue["attributes"]["VisibilityTimeout"]), int(config["Timeout"])
    if visibility >= timeout:
        return None
    return f"Queue visibility timeout: {visibility} seconds is less than Function timeout: {timeout} seconds"
