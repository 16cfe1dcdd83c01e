"""Compute environments."""

import uuid
from typing import Any

from ..scope import Scope
from . import scheduler, store
from .names import arn, checked, client_error, short
from .paging import page

KEPT = ("type", "serviceRole", "unmanagedvCpus", "eksConfiguration", "updatePolicy", "context")


def create(request: dict[str, Any]) -> dict[str, Any]:
    name = checked(request["computeEnvironmentName"], "Compute environment name")
    if name in store.environments:
        raise client_error(f"Object already exists: {name}")
    resources = request.get("computeResources") or {}
    if request["type"] == "MANAGED" and not resources:
        raise client_error("computeResources must be provided for a MANAGED compute environment")
    if resources.get("type", "").startswith("FARGATE"):
        if missing := [key for key in ("subnets", "securityGroupIds") if not resources.get(key)]:
            raise client_error(f"{missing[0]} must be provided.")
        if unwanted := sorted({"instanceTypes", "instanceRole", "minvCpus", "desiredvCpus"} & resources.keys()):
            raise client_error(f"{unwanted[0]} is not applicable for Fargate.")
    store.environments[name] = {
        "computeEnvironmentName": name,
        "computeEnvironmentArn": arn("compute-environment", name),
        "ecsClusterArn": Scope.current().arn("ecs", f"cluster/AWSBatch-{name}-{uuid.uuid4()}"),
        "state": request.get("state", "ENABLED"),
        "status": "VALID",
        "statusReason": "ComputeEnvironment Healthy",
        "computeResources": resources,
        "containerOrchestrationType": "ECS",
        "uuid": str(uuid.uuid4()),
        "tags": request.get("tags") or {},
        **{key: request[key] for key in KEPT if key in request},
    }
    return identity(store.environments[name])


def update(request: dict[str, Any]) -> dict[str, Any]:
    environment = existing(request["computeEnvironment"])
    environment.update({key: request[key] for key in ("state", *KEPT) if key in request})
    environment["computeResources"] |= request.get("computeResources") or {}
    scheduler.settle_soon()
    return identity(environment)


def delete(request: dict[str, Any]) -> dict[str, Any]:
    name = short(request["computeEnvironment"])
    environment = store.environments.get(name)
    if environment is None:
        return {}
    if environment["state"] != "DISABLED":
        raise client_error("Cannot delete, resource must be DISABLED first")
    if any(name in ordered(queue) for queue in store.queues.values()):
        raise client_error("Cannot delete, found existing JobQueue relationship")
    del store.environments[name]
    return {}


def describe(request: dict[str, Any]) -> dict[str, Any]:
    wanted = {short(reference) for reference in request.get("computeEnvironments") or []}
    found = [each for name, each in store.environments.items() if not wanted or name in wanted]
    return page(found, request, 100, "computeEnvironments")


def existing(reference: str) -> dict[str, Any]:
    environment = store.environments.get(short(reference))
    if environment is None:
        raise client_error(f"{reference} does not exist")
    return environment


def ordered(queue: dict[str, Any]) -> list[str]:
    """The names of a queue's compute environments, in the order in which they are tried."""
    order = sorted(queue["computeEnvironmentOrder"], key=lambda entry: entry["order"])
    return [short(entry["computeEnvironment"]) for entry in order]


def identity(environment: dict[str, Any]) -> dict[str, Any]:
    return {key: environment[key] for key in ("computeEnvironmentName", "computeEnvironmentArn")}
