"""Batch's REST API, in the place of MiniStack's own."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from ..conformity.calls import input_faults
from ..models import model
from ..refusal import Refusal, answer
from . import definitions, environments, listing, policies, queues, stops, submit, tags
from .names import client_error

OPERATIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "CancelJob": stops.cancel,
    "CreateComputeEnvironment": environments.create,
    "CreateJobQueue": queues.create,
    "CreateSchedulingPolicy": policies.create,
    "DeleteComputeEnvironment": environments.delete,
    "DeleteJobQueue": queues.delete,
    "DeleteSchedulingPolicy": policies.delete,
    "DeregisterJobDefinition": definitions.deregister,
    "DescribeComputeEnvironments": environments.describe,
    "DescribeJobDefinitions": definitions.describe,
    "DescribeJobQueues": queues.describe,
    "DescribeJobs": submit.describe,
    "DescribeSchedulingPolicies": policies.describe,
    "ListJobs": listing.list_jobs,
    "ListSchedulingPolicies": policies.listed,
    "RegisterJobDefinition": definitions.register,
    "SubmitJob": submit.submit,
    "TerminateJob": stops.terminate,
    "UpdateComputeEnvironment": environments.update,
    "UpdateJobQueue": queues.update,
    "UpdateSchedulingPolicy": policies.update,
}
BY_PATH = {f"/v1/{name.lower()}": name for name in OPERATIONS}
TAGS = "/v1/tags/"


async def handle_request(
    method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
) -> tuple[int, dict[str, str], bytes]:
    """MiniStack's way to call a service."""
    try:
        request = json.loads(body) if body else {}
        if path.startswith(TAGS):
            return answer(tagging(method, unquote(path.removeprefix(TAGS)), request, query))
        name = BY_PATH.get(path.rstrip("/").lower())
        if name is None or method != "POST":
            raise Refusal("UnknownOperationException", f"this emulator has no {method} {path}", 404)
        return answer(call(name, request))
    except ValueError:
        return Refusal("SerializationException", "the request is not JSON").answer()
    except Refusal as refusal:
        return refusal.answer()


def call(name: str, request: dict[str, Any]) -> dict[str, Any]:
    """Does what an operation is to do, once the request has the shape of AWS's model."""
    if faults := input_faults(request, model("batch").operation_model(name)):
        raise client_error("; ".join(faults))
    return OPERATIONS[name](request)


def tagging(method: str, arn: str, request: dict[str, Any], query: dict[str, Any]) -> dict[str, Any]:
    if method == "GET":
        return tags.listed(arn)
    if method == "POST":
        return tags.tag(arn, request["tags"])
    keys = query.get("tagKeys") or []
    return tags.untag(arn, [keys] if isinstance(keys, str) else keys)
