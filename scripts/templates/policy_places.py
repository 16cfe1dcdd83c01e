"""Where policies are: in the resources of a rendered template, and in the JSON of the documentation."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .policies import LIMITS, listed, size

Found = tuple[str, dict[str, Any], bool]
"""Where it is, the document, and whether it is attached to a role or a person rather than to a resource."""


def in_resources(resources: dict[str, dict[str, Any]]) -> Iterator[Found]:
    for name, resource in resources.items():
        of_iam = resource["Type"].startswith("AWS::IAM::")
        for path, document in documents(resource.get("Properties", {})):
            yield f"{name}{path}", document, of_iam and not path.endswith("AssumeRolePolicyDocument")


def documents(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        if "Statement" in value:
            yield path, value
            return
        for key, item in value.items():
            yield from documents(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from documents(item, f"{path}[{index}]")


def in_text(path: Path) -> Iterator[Found]:
    """Blocks of JSON that are policies or their statements; key policies and the like, so of resources."""
    for number, block in enumerate(re.findall(r"^```json\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL), 1):
        if '"Effect"' not in block:
            continue
        parsed = json.loads(f"[{block}]")
        statements = [each for item in parsed for each in listed(item.get("Statement", item))]
        yield f"policy {number}", {"Statement": statements}, False


def too_large(resources: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Policies beyond what IAM takes."""
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::IAM::ManagedPolicy":
            sizes = {"managed": size(properties["PolicyDocument"])}
        elif resource["Type"] == "AWS::IAM::Role":
            inline = sum(size(policy["PolicyDocument"]) for policy in properties.get("Policies", []))
            sizes = {"inline": inline, "trust": size(properties["AssumeRolePolicyDocument"])}
            if len(properties.get("ManagedPolicyArns", [])) > 10:
                yield f"{name} has more than the 10 managed policies that a role takes"
        else:
            continue
        for kind, characters in sizes.items():
            if characters > LIMITS[kind]:
                yield f"the {kind} policy of {name} has {characters} characters; IAM takes {LIMITS[kind]}"
