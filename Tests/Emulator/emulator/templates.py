"""What MiniStack's CloudFormation leaves out of the project's templates: settings of tables and of the registry."""

from typing import Any

import botocore.session
from ministack.core.responses import AccountRegionScopedDict, json_response
from ministack.services import dynamodb, ecr
from ministack.services.cloudformation import language_extensions, provisioners

from . import cloudformation
from .scope import Scope

Outcome = tuple[str, dict[str, str]]

_model = botocore.session.get_session().get_service_model("ecr")
_apply_extensions = language_extensions.apply
_replication = AccountRegionScopedDict()
_templates = AccountRegionScopedDict()


def install() -> None:
    table = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]
    for action in ("create", "update"):
        table[action] = settled(table[action])
    language_extensions.apply = apply_extensions
    ecr._describe_registry = describe_registry
    provisioners._RESOURCE_HANDLERS["AWS::ECR::ReplicationConfiguration"] = {
        "create": lambda logical_id, properties, stack: replicate(properties),
        "update": lambda identifier, old, new, stack: replicate(new),
        "delete": lambda identifier, properties: _replication.pop("rules", None),
    }
    provisioners._RESOURCE_HANDLERS["AWS::ECR::RepositoryCreationTemplate"] = {
        "create": lambda logical_id, properties, stack: keep_template(properties),
        "update": update_template,
        "delete": lambda identifier, properties: _templates.pop(identifier, None),
    }


def apply_extensions(template: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """The transform, with the policies that it refuses though CloudFormation itself takes them.

    aws-cloudformation/cfn-language-discussion: #139 for the value, #124 for what is computed under a condition.
    """
    for name, resource in (template.get("Resources") or {}).items():
        for attribute in ("DeletionPolicy", "UpdateReplacePolicy"):
            policy = resource.get(attribute)
            if "RetainExceptOnCreate" in str(policy):
                language_extensions._fail(f"Unrecognized {attribute} RetainExceptOnCreate for resource {name}")
            if isinstance(policy, dict) and "Condition" in resource:
                language_extensions._fail(f"Unsupported expression for {attribute} in resource {name}")
    return _apply_extensions(template, parameters)


def settled(provision):
    """The table, with the settings that are calls of their own in DynamoDB's API."""

    def provisioned(*arguments: Any, **options: Any) -> Outcome:
        name, attributes = provision(*arguments, **options)
        # The last dictionary is the properties wanted, after the former ones of an update.
        properties = [argument for argument in arguments if isinstance(argument, dict)][-1]
        if expiry := properties.get("TimeToLiveSpecification"):
            dynamodb._update_ttl({"TableName": name, "TimeToLiveSpecification": expiry})
        if recovery := properties.get("PointInTimeRecoverySpecification"):
            dynamodb._update_continuous_backups(
                {"TableName": name, "PointInTimeRecoverySpecification": recovery},
            )
        if encryption := properties.get("SSESpecification"):
            specification = {**encryption, "Enabled": encryption.get("SSEEnabled")}
            described = dynamodb._sse_description_from_spec(specification) if specification["Enabled"] else None
            dynamodb._tables[name]["SSEDescription"] = described
        return name, attributes

    return provisioned


def checked(operation: str, properties: dict[str, Any]) -> dict[str, Any]:
    """In the shape of ECR's API; ValueError for what that does not know."""
    return cloudformation.converted(properties, _model.operation_model(operation).input_shape, "Properties")


def replicate(properties: dict[str, Any]) -> Outcome:
    """The registry has one rule book."""
    _replication["rules"] = checked("PutReplicationConfiguration", properties)["replicationConfiguration"]["rules"]
    return Scope.current().account, {}


def describe_registry(data: dict[str, Any]) -> tuple:
    rules = _replication.get("rules") or []
    return json_response({"registryId": Scope.current().account, "replicationConfiguration": {"rules": rules}})


def keep_template(properties: dict[str, Any]) -> Outcome:
    template = checked("CreateRepositoryCreationTemplate", properties)
    prefix = template["prefix"]
    if prefix in _templates:
        raise ValueError(f"The repository creation template with prefix '{prefix}' already exists")
    _templates[prefix] = template
    return prefix, {}


def update_template(identifier: str, old: dict[str, Any], new: dict[str, Any], stack: str) -> Outcome:
    """A new prefix is a new template; the old one goes in the clean-up."""
    if identifier != new["Prefix"]:
        provisioners._delete_predecessor(lambda: _templates.pop(identifier, None))
        return keep_template(new)
    _templates[identifier] = checked("CreateRepositoryCreationTemplate", new)
    return identifier, {}
