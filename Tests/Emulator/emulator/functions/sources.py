"""Event source mappings: Lambda polls with the function's role, and refuses a mapping for which the role is short."""

from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import lambda_svc

from ..permissions import role_permits

NEEDED = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
_create_esm = lambda_svc._create_esm


def install() -> None:
    lambda_svc._create_esm = create


def create(request: dict[str, Any]) -> tuple:
    source = request.get("EventSourceArn", "")
    _, config, name = lambda_svc._get_func_record_for_ref(request.get("FunctionName", ""))
    if config and ":sqs:" in source:
        for operation in NEEDED:
            if not role_permits(config["Role"], name, f"sqs:{operation}", source):
                message = f"The provided execution role does not have permissions to call {operation} on SQS"
                return error_response_json("InvalidParameterValueException", message, 400)
    return _create_esm(request)
