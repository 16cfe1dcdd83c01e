"""`AWS::Batch::*` in CloudFormation: templates call Batch's own API, in its own shapes."""

from collections.abc import Callable
from typing import Any

from botocore.model import Shape
from ministack.services.cloudformation import provisioners

from .batch import api, definitions, policies
from .batch.names import short
from .models import model
from .refusal import Refusal

ONLY_IN_TEMPLATES = {"ReplaceComputeEnvironment", "ResourceRetentionPolicy"}
Outcome = tuple[str, dict[str, str]]
"""A physical id, and what Fn::GetAtt finds."""


def install() -> None:
    for kind, (name, create, update, delete) in TYPES.items():
        provisioners._RESOURCE_HANDLERS[f"AWS::Batch::{kind}"] = {
            "create": create,
            "update": update,
            "delete": delete,
        }
        provisioners._STACK_TAG_PROPERTY[f"AWS::Batch::{kind}"] = ("Tags", "map")
        provisioners._CUSTOM_NAME_REPLACEMENT[f"AWS::Batch::{kind}"] = {"name": name}


def creator(operation: str, name: str, arn: str) -> Callable[[str, dict, str], Outcome]:
    """Creates by the API's operation; `name` and `arn` are the properties' names in templates."""

    def create(logical_id: str, properties: dict[str, Any], stack: str) -> Outcome:
        generated = provisioners._physical_name(stack, logical_id, max_len=128)
        answer = call(operation, {name: generated, **properties})
        identifier = answer[arn[0].lower() + arn[1:]]
        return identifier, {arn: identifier}

    return create


def updater(operation: str, reference: str, name: str, arn: str, create: Callable) -> Callable[..., Outcome]:
    """Updates in place by the API's operation; a new name means a new resource."""

    def update(identifier: str, old: dict[str, Any], new: dict[str, Any], stack: str) -> Outcome:
        if old.get(name) != new.get(name):
            return create(short(identifier), new, stack)
        known = input_of(operation).members
        changes = {key: value for key, value in new.items() if member(key, known) and key != name}
        call(operation, {reference: identifier, **changes})
        retag(identifier, old, new)
        return identifier, {arn: identifier}

    return update


def retag(identifier: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    before, after = old.get("Tags") or {}, new.get("Tags") or {}
    api.tags.untag(identifier, [key for key in before if key not in after])
    api.tags.tag(identifier, {key: str(value) for key, value in after.items()})


def register_again(identifier: str, old: dict[str, Any], new: dict[str, Any], stack: str) -> Outcome:
    """A changed definition is a new revision of the same name; the old one stays until the clean-up."""
    name = new.get("JobDefinitionName") or short(identifier).partition(":")[0]
    answer = call("RegisterJobDefinition", {**new, "JobDefinitionName": name})
    if not keeps_revisions(new):
        provisioners._delete_predecessor(lambda: definitions.deregister({"jobDefinition": identifier}))
    return answer["jobDefinitionArn"], {"JobDefinitionArn": answer["jobDefinitionArn"]}


def keeps_revisions(properties: dict[str, Any]) -> bool:
    return properties.get("ResourceRetentionPolicy", {}).get("SkipDeregisterOnUpdate") in (True, "true")


def deregister(identifier: str, properties: dict[str, Any]) -> None:
    """Called for the newest revision when the resource goes, and for one before it in the clean-up of an update."""
    newest = definitions.find(short(identifier).partition(":")[0])
    is_former = newest is not None and newest["jobDefinitionArn"] != identifier
    if not (is_former and keeps_revisions(properties)):
        definitions.deregister({"jobDefinition": identifier})


def remover(kind: str, reference: str) -> Callable[[str, dict], None]:
    """Deletes as CloudFormation does: switched off first."""

    def delete(identifier: str, properties: dict[str, Any]) -> None:
        try:
            call(f"Update{kind}", {reference: identifier, "State": "DISABLED"})
        except Refusal:
            return  # It is gone already.
        call(f"Delete{kind}", {reference: identifier})

    return delete


def delete_policy(identifier: str, properties: dict[str, Any]) -> None:
    policies.delete({"arn": identifier})


def call(operation: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Calls the API with a template's properties; ValueError is how a provisioner says what was wrong."""
    request = {key: value for key, value in properties.items() if key not in ONLY_IN_TEMPLATES}
    try:
        return api.call(operation, converted(request, input_of(operation), "Properties"))
    except Refusal as refusal:
        if operation.startswith("Update") and "does not exist" in refusal.message:
            raise
        raise ValueError(refusal.message) from refusal


def input_of(operation: str) -> Shape:
    return model("batch").operation_model(operation).input_shape


def converted(value: Any, shape: Shape, path: str) -> Any:
    """A template's value in the API's shape: other capitals in names, and numbers that may be written as strings."""
    if shape.type_name == "structure":
        if not isinstance(value, dict):
            raise ValueError(f"{path} must be an object")
        found = {}
        for key, item in value.items():
            name = member(key, shape.members)
            if name is None:
                raise ValueError(f"Encountered unsupported property {path}.{key}")
            found[name] = converted(item, shape.members[name], f"{path}.{key}")
        return found
    if shape.type_name == "list":
        return [converted(item, shape.member, f"{path}[{index}]") for index, item in enumerate(value)]
    if shape.type_name == "map":
        return {key: converted(item, shape.value, f"{path}.{key}") for key, item in value.items()}
    if shape.type_name in ("integer", "long"):
        return int(value)
    if shape.type_name in ("float", "double"):
        return float(value)
    if shape.type_name == "boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    return str(value).lower() if isinstance(value, bool) else str(value)


def member(key: str, members: dict[str, Shape]) -> str | None:
    """The member that a template's property means."""
    candidates = (key, key[:1].lower() + key[1:])
    return next((name for name in candidates if name in members), None)


_environment = creator("CreateComputeEnvironment", "ComputeEnvironmentName", "ComputeEnvironmentArn")
_queue = creator("CreateJobQueue", "JobQueueName", "JobQueueArn")
_policy = creator("CreateSchedulingPolicy", "Name", "Arn")

TYPES: dict[str, tuple[str, Callable, Callable, Callable]] = {
    "ComputeEnvironment": (
        "ComputeEnvironmentName",
        _environment,
        updater(
            "UpdateComputeEnvironment",
            "ComputeEnvironment",
            "ComputeEnvironmentName",
            "ComputeEnvironmentArn",
            _environment,
        ),
        remover("ComputeEnvironment", "ComputeEnvironment"),
    ),
    "JobQueue": (
        "JobQueueName",
        _queue,
        updater("UpdateJobQueue", "JobQueue", "JobQueueName", "JobQueueArn", _queue),
        remover("JobQueue", "JobQueue"),
    ),
    "JobDefinition": (
        "JobDefinitionName",
        creator("RegisterJobDefinition", "JobDefinitionName", "JobDefinitionArn"),
        register_again,
        deregister,
    ),
    "SchedulingPolicy": (
        "Name",
        _policy,
        updater("UpdateSchedulingPolicy", "Arn", "Name", "Arn", _policy),
        delete_policy,
    ),
}
"""For each type its name's property, and what creates, updates and deletes it."""
