"""What CloudFormation would make of an update, by the schemas of its resources: replaced, refused, or set anew."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

Resources = dict[str, dict[str, Any]]

# Properties that are for ever under a condition that no schema tells, and what the condition comes to here.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-batch-computeenvironment.html:
# with ReplaceComputeEnvironment false it is updated in place, on Fargate its size and network.
IN_PLACE = {"AWS::Batch::ComputeEnvironment": "ReplaceComputeEnvironment"}
# What is lost with a resource that is replaced, though a new one may do its work.
KEEPING = {
    "AWS::DynamoDB::Table",
    "AWS::ECR::Repository",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
    "AWS::SQS::Queue",
}
# Write-only properties whose setting anew does away with what others wrote.
OVERWRITING = {("AWS::SecretsManager::Secret", "/properties/SecretString")}


@dataclass(frozen=True)
class Schema:
    for_ever: tuple[str, ...]
    """Pointers to properties that need a new resource for a new value."""
    sometimes: tuple[str, ...]
    write_only: tuple[str, ...]


class NoSchema(Exception):
    """A type of resource that a region does not have."""


@functools.cache
def schema(region: str, kind: str) -> Schema:
    try:
        found = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, kind).schema
    except Exception as error:
        raise NoSchema(f"{region} has no {kind}") from error
    return Schema(
        tuple(found.get("createOnlyProperties", ())),
        tuple(found.get("conditionalCreateOnlyProperties", ())),
        tuple(found.get("writeOnlyProperties", ())),
    )


def faults(before: Resources, after: Resources, region: str) -> Iterator[str]:
    """Sentences about what an update would be refused for, or would lose."""
    for name in sorted({*before, *after}):
        if name in before and name in after:
            yield from of_resource(name, before[name], after[name], region)
    yield from taken_names(before, after)


def of_resource(name: str, before: dict[str, Any], after: dict[str, Any], region: str) -> Iterator[str]:
    kind = after["Type"]
    changed = [pointer for pointer in replacing(after, region) if value(before, pointer) != value(after, pointer)]
    if changed:
        what = ", ".join(pointer.removeprefix("/properties/") for pointer in changed)
        named = own_name(after)
        if named and named == own_name(before):
            yield f"{name} ({kind}) has the name {named} and would have to be replaced for {what}: refused"
        elif kind in KEEPING and not named:
            yield f"{name} ({kind}) would be replaced for {what}, and what is in it left behind"
    for pointer in schema(region, kind).write_only:
        if (kind, pointer) in OVERWRITING and value(before, pointer) != value(after, pointer):
            yield f"{name} ({kind}) would get {pointer.removeprefix('/properties/')} anew, over what others wrote"


def replacing(resource: dict[str, Any], region: str) -> list[str]:
    kind, found = resource["Type"], schema(region, resource["Type"])
    in_place = kind in IN_PLACE and resource["Properties"].get(IN_PLACE[kind]) is False
    return [*found.for_ever, *(() if in_place else found.sometimes)]


def value(resource: dict[str, Any], pointer: str) -> Any:
    """What stands at `/properties/A/B`; of `A/*/B` all."""
    return inside(resource.get("Properties", {}), pointer.split("/")[2:])


def inside(item: Any, path: list[str]) -> Any:
    if not path:
        # A number may be written as a text.
        return str(item) if isinstance(item, bool | int | float) else item
    if path[0] == "*":
        return [inside(each, path[1:]) for each in item] if isinstance(item, list) else None
    return inside(item.get(path[0]), path[1:]) if isinstance(item, dict) else None


def own_name(resource: dict[str, Any]) -> str | None:
    """The name that the template gives it, under which there can be one only."""
    kind = resource["Type"].rpartition("::")[2]
    properties = resource.get("Properties", {})
    return next((properties[key] for key in (f"{kind}Name", "Name", "Prefix") if properties.get(key)), None)


def taken_names(before: Resources, after: Resources) -> Iterator[str]:
    """Names that a new resource wants while an old one, deleted in the clean-up only, or kept, still has them."""
    old = {(item["Type"], own_name(item)): name for name, item in before.items() if own_name(item)}
    for name, item in after.items():
        holder = old.get((item["Type"], own_name(item)))
        if holder and holder != name and name not in before:
            yield f"{name} ({item['Type']}) wants the name {own_name(item)}, which {holder} still has: refused"
