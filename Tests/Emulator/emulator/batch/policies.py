"""Scheduling policies. They are kept, not followed: the emulator's queues are first in, first out."""

from typing import Any

from . import store
from .names import arn, checked, client_error
from .paging import page


def create(request: dict[str, Any]) -> dict[str, Any]:
    name = checked(request["name"], "Scheduling policy name")
    key = arn("scheduling-policy", name)
    if key in store.policies:
        raise client_error(f"Object already exists: {name}")
    store.policies[key] = {
        "name": name,
        "arn": key,
        "fairsharePolicy": request.get("fairsharePolicy") or {},
        "tags": request.get("tags") or {},
    }
    return {"name": name, "arn": key}


def update(request: dict[str, Any]) -> dict[str, Any]:
    policy = store.policies.get(request["arn"])
    if policy is None:
        raise client_error(f"{request['arn']} does not exist")
    if "fairsharePolicy" in request:
        policy["fairsharePolicy"] = request["fairsharePolicy"]
    return {}


def delete(request: dict[str, Any]) -> dict[str, Any]:
    if any(queue.get("schedulingPolicyArn") == request["arn"] for queue in store.queues.values()):
        raise client_error("Cannot delete, found existing JobQueue relationship")
    store.policies.pop(request["arn"], None)
    return {}


def describe(request: dict[str, Any]) -> dict[str, Any]:
    found = [store.policies.get(arn) for arn in request["arns"]]
    return {"schedulingPolicies": [policy for policy in found if policy]}


def listed(request: dict[str, Any]) -> dict[str, Any]:
    return page([{"arn": arn} for arn in store.policies], request, 100, "schedulingPolicies")
