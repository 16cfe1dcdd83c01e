"""ECR in CloudFormation: what it refuses to make twice, and the settings of a registry that MiniStack lacks."""

from collections.abc import Callable
from typing import Any

import botocore.session
from ministack.core.responses import AccountRegionScopedDict, json_response
from ministack.services import ecr
from ministack.services.cloudformation import provisioners

from .. import cloudformation
from ..refusal import Refusal
from ..scope import Scope
from .lifecycle_rules import parse

Outcome = tuple[str, dict[str, str]]

_model = botocore.session.get_session().get_service_model("ecr")
_replication = AccountRegionScopedDict()
_templates = AccountRegionScopedDict()


def install() -> None:
    ecr._describe_registry = describe_registry
    repository = provisioners._RESOURCE_HANDLERS["AWS::ECR::Repository"]
    repository["create"] = created_once(repository["create"])
    provisioners._RESOURCE_HANDLERS["AWS::ECR::ReplicationConfiguration"] = {
        "create": lambda logical_id, properties, stack: create_replication(properties),
        "update": lambda identifier, old, new, stack: replicate(new),
        "delete": lambda identifier, properties: _replication.pop("rules", None),
    }
    provisioners._RESOURCE_HANDLERS["AWS::ECR::RepositoryCreationTemplate"] = {
        "create": lambda logical_id, properties, stack: keep_template(properties),
        "update": update_template,
        "delete": lambda identifier, properties: _templates.pop(identifier, None),
    }


def exists(kind: str, identifier: str) -> ValueError:
    return ValueError(f"Resource of type 'AWS::ECR::{kind}' with identifier '{identifier}' already exists.")


def created_once(create: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """A repository that is there already is not taken over, whoever made it."""

    def checked_create(logical_id: str, properties: dict[str, Any], stack: str) -> Outcome:
        name = properties.get("RepositoryName")
        if name in ecr._repositories:
            raise exists("Repository", name)
        if text := (properties.get("LifecyclePolicy") or {}).get("LifecyclePolicyText"):
            held(text)
        return create(logical_id, properties, stack)

    return checked_create


def held(text: str) -> None:
    """ValueError, in which a provisioner says what was wrong, for a lifecycle policy that ECR would refuse."""
    try:
        parse(text)
    except Refusal as refusal:
        raise ValueError(refusal.message) from None


def checked(operation: str, properties: dict[str, Any]) -> dict[str, Any]:
    """In the shape of ECR's API; ValueError for what that does not know."""
    return cloudformation.converted(properties, _model.operation_model(operation).input_shape, "Properties")


def create_replication(properties: dict[str, Any]) -> Outcome:
    """The registry has one rule book, which CloudFormation's handler does not take over from others.

    aws-cloudformation-resource-providers-ecr, CreateHandler of the replication configuration.
    """
    if _replication.get("rules"):
        raise exists("ReplicationConfiguration", Scope.current().account)
    return replicate(properties)


def replicate(properties: dict[str, Any]) -> Outcome:
    _replication["rules"] = checked("PutReplicationConfiguration", properties)["replicationConfiguration"]["rules"]
    return Scope.current().account, {}


def describe_registry(data: dict[str, Any]) -> tuple:
    rules = _replication.get("rules") or []
    return json_response({"registryId": Scope.current().account, "replicationConfiguration": {"rules": rules}})


def kept() -> list[dict[str, Any]]:
    """The creation templates of the registry."""
    return list(_templates.values())


def for_push(name: str) -> dict[str, Any] | None:
    """The template by which a push makes a repository of this name, if one does: the longest prefix counts."""
    covering = [template for template in kept() if name.startswith(f"{template['prefix'].rstrip('/')}/")]
    longest = max(covering, key=lambda template: len(template["prefix"]), default=None) or _templates.get("ROOT")
    return longest if longest and "CREATE_ON_PUSH" in longest["appliedFor"] else None


def keep_template(properties: dict[str, Any]) -> Outcome:
    template = creation_template(properties)
    prefix = template["prefix"]
    if prefix in _templates:
        raise exists("RepositoryCreationTemplate", prefix)
    _templates[prefix] = template
    return prefix, {}


def creation_template(properties: dict[str, Any]) -> dict[str, Any]:
    """As ECR takes it: its service-linked role may neither use a key of the account's nor give tags."""
    template = checked("CreateRepositoryCreationTemplate", properties)
    encrypts = template.get("encryptionConfiguration", {}).get("encryptionType", "AES256") != "AES256"
    if (encrypts or template.get("resourceTags")) and not template.get("customRoleArn"):
        raise ValueError("A custom role is required for a template with KMS encryption or resource tags")
    if text := template.get("lifecyclePolicy"):
        held(text)
    return template


def update_template(identifier: str, old: dict[str, Any], new: dict[str, Any], stack: str) -> Outcome:
    """A new prefix is a new template; the old one goes in the clean-up."""
    if identifier != new["Prefix"]:
        provisioners._delete_predecessor(lambda: _templates.pop(identifier, None))
        return keep_template(new)
    _templates[identifier] = creation_template(new)
    return identifier, {}
