"""Job definitions and their revisions."""

import copy
from typing import Any

from . import store
from .limits import check_definition
from .names import arn, checked, client_error, short
from .paging import page

KEPT = ("parameters", "retryStrategy", "timeout", "propagateTags", "schedulingPriority", "platformCapabilities")


def register(request: dict[str, Any]) -> dict[str, Any]:
    name = checked(request["jobDefinitionName"], "Job definition name")
    if request["type"] != "container" or "containerProperties" not in request:
        raise client_error("this emulator runs job definitions of type container with containerProperties only")
    check_definition(request)
    revisions = store.definitions.setdefault(name, [])
    revision = len(revisions) + 1
    revisions.append(
        {
            "jobDefinitionName": name,
            "jobDefinitionArn": arn("job-definition", f"{name}:{revision}"),
            "revision": revision,
            "status": "ACTIVE",
            "type": request["type"],
            "parameters": {},
            "platformCapabilities": ["EC2"],
            "containerOrchestrationType": "ECS",
            "tags": request.get("tags") or {},
            **{key: copy.deepcopy(request[key]) for key in KEPT if key in request},
            "containerProperties": container(request["containerProperties"]),
        }
    )
    return {key: revisions[-1][key] for key in ("jobDefinitionName", "jobDefinitionArn", "revision")}


def container(properties: dict[str, Any]) -> dict[str, Any]:
    """The properties with the lists that AWS adds when they are left out."""
    lists = ("command", "volumes", "environment", "mountPoints", "ulimits", "resourceRequirements", "secrets")
    return {**{key: [] for key in lists}, **copy.deepcopy(properties)}


def deregister(request: dict[str, Any]) -> dict[str, Any]:
    if definition := find(request["jobDefinition"]):
        definition["status"] = "INACTIVE"
    return {}


def describe(request: dict[str, Any]) -> dict[str, Any]:
    if references := request.get("jobDefinitions"):
        found = [each for reference in references for each in reversed(matching(reference))]
    elif name := request.get("jobDefinitionName"):
        found = matching(name)[::-1]
    else:
        found = [each for revisions in store.definitions.values() for each in reversed(revisions)]
    status = request.get("status")
    return page([each for each in found if status in (None, each["status"])], request, 100, "jobDefinitions")


def matching(reference: str) -> list[dict[str, Any]]:
    """All revisions that the reference means, oldest first: without a revision it means all."""
    name, _, revision = short(reference).partition(":")
    return [each for each in store.definitions.get(name) or [] if revision in ("", str(each["revision"]))]


def find(reference: str) -> dict[str, Any] | None:
    """The active revision that the reference means: the newest, if it has none."""
    active = [each for each in matching(reference) if each["status"] == "ACTIVE"]
    return active[-1] if active else None
