"""What is wrong with a policy, by AWS's reference: actions that there are not, resources and conditions they ignore."""

import json
from collections.abc import Iterator
from typing import Any

from . import reference
from .patterns import arn_fits
from .reference import Action

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, in characters without white space.
LIMITS = {"managed": 6144, "inline": 10240, "trust": 2048}
OPERATORS = {
    "String": ("String",),
    "ARN": ("Arn", "String"),
    "Bool": ("Bool",),
    "Numeric": ("Numeric",),
    "Date": ("Date",),
    "IPAddress": ("IpAddress", "NotIpAddress"),
}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def size(document: Any) -> int:
    return len("".join(json.dumps(document, separators=(",", ":"), ensure_ascii=False).split()))


def faults(document: dict[str, Any], partition: str | None, is_attached: bool) -> Iterator[str]:
    """Sentences about a policy's document.

    - Parameters:
      - partition: of its ARNs; None where they are of no account, as in an example.
      - is_attached: to a role or a person, not to a resource: `*` is too much where an action knows resources.
    """
    statements = listed(document.get("Statement"))
    for statement in statements:
        for name in listed(statement.get("Action")):
            if not reference.actions(name):
                yield f"there is no action {name}"
        if "Resource" in statement:
            yield from resource_faults(statement, partition, is_attached)
        yield from condition_faults(statement)
    if is_attached:
        yield from missing_kinds([each for each in statements if each.get("Effect") == "Allow"])


def actions_of(statement: dict[str, Any]) -> list[Action]:
    return [action for name in listed(statement.get("Action")) for action in reference.actions(name)]


def resource_faults(statement: dict[str, Any], partition: str | None, is_attached: bool) -> Iterator[str]:
    """Resources that no action of the statement knows, and actions that know none of its resources."""
    actions, resources = actions_of(statement), listed(statement["Resource"])
    if not resources:
        yield f"no resource is left for {', '.join(listed(statement.get('Action')))}"
    for resource in resources:
        if resource != "*" and partition and resource.split(":")[1] not in (partition, "*"):
            yield f"{resource} is in another partition than {partition}"
        if resource != "*" and not any(arn_fits(resource, kind.arn) for action in actions for kind in action.kinds):
            yield f"none of {', '.join(listed(statement['Action']))} knows a resource such as {resource}"
    for name in listed(statement.get("Action")):
        meant = reference.actions(name)
        knowing = [action for action in meant if any(fits(resources, kind.arn) for kind in action.kinds)]
        if meant and not knowing and "*" not in resources:
            forms = sorted({kind.arn for action in meant for kind in action.kinds}) or ["* only"]
            yield f"{name} takes none of {', '.join(resources)}, but {', '.join(forms)}"
        if is_attached and "*" in resources and any(action.kinds for action in meant):
            yield f"{name} is allowed on *, though it knows resources: {meant[0].kinds[0].arn}"


def fits(resources: list[str], form: str) -> bool:
    return any(arn_fits(resource, form) for resource in resources)


def missing_kinds(statements: list[dict[str, Any]]) -> Iterator[str]:
    """Kinds of resources that an action always asks for, and the whole document does not name."""
    granted: dict[str, list[str]] = {}
    actions: dict[str, Action] = {}
    for statement in statements:
        for action in actions_of(statement):
            actions[action.name] = action
            granted.setdefault(action.name, []).extend(listed(statement.get("Resource")))
    for name, action in actions.items():
        for kind in action.kinds:
            if kind.is_required and granted[name] and not fits(granted[name], kind.arn):
                yield f"{name} asks for a {kind.name} too, and is allowed none: {kind.arn}"


def condition_faults(statement: dict[str, Any]) -> Iterator[str]:
    """Keys that there are not, that an action of the statement does not fill, and operators that do not suit."""
    actions = actions_of(statement)
    for operator, pairs in (statement.get("Condition") or {}).items():
        for key, value in pairs.items():
            kind = reference.key_type(key)
            if kind is None:
                yield f"there is no condition key {key}"
                continue
            if not suits(operator, kind):
                yield f"{operator} does not suit {key}, which is of type {kind}"
            if kind == "Bool" and not {str(item).lower() for item in listed(value)} <= {"true", "false"}:
                yield f"{key} is true or false, not {value}"
            if not reference.is_global(key):
                for action in actions:
                    if not fills(action, key):
                        yield f"{action.name} does not know the condition key {key}"


def fills(action: Action, key: str) -> bool:
    keys = [*action.condition_keys, *(each for kind in action.kinds for each in kind.condition_keys)]
    return any(reference.same_key(key, known) for known in keys)


def suits(operator: str, kind: str) -> bool:
    several, _, plain = operator.rpartition(":")
    if plain == "Null":
        return True
    is_array = kind.startswith("ArrayOf")
    if (several in ("ForAnyValue", "ForAllValues")) != is_array:
        return False
    return plain.startswith(OPERATORS[kind.removeprefix("ArrayOf")])
