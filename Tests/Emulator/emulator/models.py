"""Requests held to AWS's own models: what MiniStack would overlook is refused.

The JSON protocols only: names and types of all members, what is required, values of enumerations, lengths; and a
signature that is made out to the service.
"""

import functools
import json
import re
from typing import Any

import botocore.session
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.validate import ParamValidator

from .refusal import Refusal

SERVICES = ("dynamodb", "ecr", "ecr-public", "events", "kms", "logs", "secretsmanager", "sqs", "ssm")
"""Those that name the operation in a header."""
SCOPE = re.compile(r"Credential=[^/]+/\d{8}/[a-z0-9-]+/([^/]+)/aws4_request")

ANY_CASE = {"RetryAction"}
"""Enumerations whose values may be written in any case, says the documentation."""

_session = botocore.session.get_session()


@functools.cache
def model(service: str) -> ServiceModel:
    return _session.get_service_model(service)


@functools.cache
def services_by_target() -> dict[str, str]:
    return {model(service).metadata["targetPrefix"]: service for service in SERVICES}


def check(headers: dict[str, str], body: bytes) -> Refusal | None:
    """What AWS would refuse about the request; None if nothing, or if it is of another protocol."""
    prefix, _, name = headers.get("x-amz-target", "").rpartition(".")
    service = services_by_target().get(prefix)
    if service is None:
        return None
    if wrong := wrong_scope(headers, model(service).signing_name):
        return wrong
    if not headers.get("content-type", "").startswith("application/x-amz-json-1."):
        return Refusal("SerializationException", f"{service}: the content type is not application/x-amz-json-1.x")
    if name not in model(service).operation_names:
        return Refusal("UnknownOperationException", f"{service} has no operation {name}")
    try:
        request = json.loads(body) if body else {}
    except ValueError:
        return Refusal("SerializationException", f"{service}:{name}: the body is not JSON")
    problems = faults_of(request, model(service).operation_model(name))
    return Refusal("ValidationException", f"{service}:{name}: {problems}") if problems else None


def wrong_scope(headers: dict[str, str], service: str) -> Refusal | None:
    match = SCOPE.search(headers.get("authorization", ""))
    if match and match[1] != service:
        message = f"Credential should be scoped to correct service: '{service}'."
        return Refusal("InvalidSignatureException", message)
    return None


def faults_of(request: Any, operation: OperationModel) -> str:
    """What does not fit the operation's input; empty if all does."""
    if not isinstance(request, dict):
        return "the body is not an object"
    shape = operation.input_shape
    if shape is None:
        return "the operation takes nothing" if request else ""
    report = ParamValidator().validate(request, shape)
    if report.has_errors():
        return report.generate_report()
    return "; ".join(constraints(request, shape, operation.name))


def constraints(value: Any, shape: Shape, path: str) -> list[str]:
    """What the values violate that have the right types: botocore leaves that to the service."""
    if shape.type_name == "structure":
        pairs = [(item, shape.members[key], f"{path}.{key}") for key, item in value.items() if item is not None]
    elif shape.type_name == "list":
        pairs = [(item, shape.member, f"{path}[{index}]") for index, item in enumerate(value)]
    elif shape.type_name == "map":
        pairs = [(item, shape.value, f"{path}.{key}") for key, item in value.items()]
    else:
        pairs = []
        enumeration = getattr(shape, "enum", [])
        if enumeration and value not in enumeration and shape.name not in ANY_CASE:
            return [
                f"Value at '{path}' failed to satisfy constraint: Member must satisfy enum value set: {enumeration}"
            ]
    longest = shape.metadata.get("max")
    size = value if shape.type_name in ("integer", "long") else len(value) if hasattr(value, "__len__") else 0
    found = [f"Value at '{path}' failed to satisfy constraint: at most {longest}"] if longest and size > longest else []
    return found + [problem for item, member, place in pairs for problem in constraints(item, member, place)]
