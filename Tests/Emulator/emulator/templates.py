"""What MiniStack's CloudFormation leaves out of the project's templates: settings of tables, a transform's limits."""

from graphlib import TopologicalSorter
from typing import Any

from ministack.services import dynamodb, sns
from ministack.services.cloudformation import (
    changesets,
    engine,
    handlers,
    language_extensions,
    provisioners,
    stacks,
)

Outcome = tuple[str, dict[str, str]]

_apply_extensions = language_extensions.apply
_select = engine._select
_evaluate_conditions = engine._evaluate_conditions
_topological_sort = engine._topological_sort


def install() -> None:
    table = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]
    for action in ("create", "update"):
        table[action] = settled(table[action])
    topic = provisioners._RESOURCE_HANDLERS["AWS::SNS::Topic"]
    for action in ("create", "update"):
        topic[action] = encrypted(topic[action])
    language_extensions.apply = apply_extensions
    engine._select = select
    for module in (engine, changesets, handlers, stacks):
        module._evaluate_conditions = evaluate_conditions
    for module in (changesets, stacks):
        module._topological_sort = order


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


def order(resources: dict[str, Any], conditions: dict[str, bool]) -> list[str]:
    """The resources, those first that others need, and the others backwards by their names: AWS makes at once what
    nothing orders, so that a template may not count on names."""
    needed = set(_topological_sort(resources, conditions))
    graph = TopologicalSorter({name: engine._extract_deps(resources[name], needed) - {name} for name in needed})
    graph.prepare()
    found: list[str] = []
    while graph.is_active():
        ready = sorted(graph.get_ready(), reverse=True)
        found += ready
        graph.done(*ready)
    return found


def select(index: int, items: list[Any]) -> Any:
    """Fn::Select, for which a list parameter that is empty has no items: it "does not check … if the index
    is out of bounds", says its page of the template reference, and the stack fails."""
    return _select(index, [] if items == [""] else items)


def evaluate_conditions(template: dict[str, Any], parameters: dict[str, Any]) -> dict[str, bool]:
    """Conditions, in which lists may be joined."""

    def joined(value: Any) -> Any:
        if isinstance(value, list):
            return [joined(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "Fn::Join" in value:
            delimiter, items = value["Fn::Join"]
            if isinstance(items, dict):
                items = str(parameters[items["Ref"]]["Value"]).split(",")
            return delimiter.join(items)
        return {key: joined(item) for key, item in value.items()}

    return _evaluate_conditions({**template, "Conditions": joined(template.get("Conditions") or {})}, parameters)


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


def encrypted(provision):
    """The topic, with its key."""

    def provisioned(*arguments: Any, **options: Any) -> Outcome:
        outcome = provision(*arguments, **options)
        properties = [argument for argument in arguments if isinstance(argument, dict)][-1]
        sns._topics[outcome[0]]["attributes"]["KmsMasterKeyId"] = properties.get("KmsMasterKeyId", "")
        return outcome

    return provisioned
