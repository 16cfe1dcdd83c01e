"""Which operation of which service a request is, and what it asks for, by the rules of the service's protocol."""

import functools
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote

from botocore.model import OperationModel, Shape

from ..models import model
from . import shapes

JSON = ("dynamodb", "ecr", "ecr-public", "events", "kms", "logs", "secretsmanager", "sqs", "ssm")
"""Those that name the operation in a header."""
REST = ("batch", "lambda", "sso", "sso-oidc")
"""Those that name the operation by its path."""
QUERY = ("sts",)
"""Those that name the operation in a form."""

SCOPE = re.compile(r"Credential=[^/]+/\d{8}/[a-z0-9-]+/([^/]+)/aws4_request")

Wrong = tuple[str, str, str]
"""A service, its error's code, and a sentence."""


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    """As it was sent, with its escapes."""
    query: str
    headers: dict[str, str]
    """By their names in small letters."""
    body: bytes


@dataclass(frozen=True)
class Call:
    service: str
    operation: OperationModel
    faults: tuple[str, ...] = ()
    """What the request has that does not fit the operation's input."""


def recognise(request: Request) -> tuple[Call | None, Wrong | None]:
    """The call; or what is so wrong about it that there is none; or neither, for services that are not known here."""
    if target := request.headers.get("x-amz-target"):
        return in_header(request, target)
    if found := in_path(request):
        return found, None
    return in_form(request)


# Named in a header.


@functools.cache
def services_by_target() -> dict[str, str]:
    return {model(service).metadata["targetPrefix"]: service for service in JSON}


def in_header(request: Request, target: str) -> tuple[Call | None, Wrong | None]:
    prefix, _, name = target.rpartition(".")
    service = services_by_target().get(prefix)
    if service is None:
        return None, None
    version = model(service).metadata["jsonVersion"]
    if request.headers.get("content-type", "").partition(";")[0] != f"application/x-amz-json-{version}":
        message = f"{service}: the content type is not application/x-amz-json-{version}"
        return None, (service, "SerializationException", message)
    if (request.method, request.path, request.query) != ("POST", "/", ""):
        message = f"{service}: {request.method} {request.path}?{request.query} is not POST /"
        return None, (service, "UnknownOperationException", message)
    if name not in model(service).operation_names:
        return None, (service, "UnknownOperationException", f"{service} has no operation {name}")
    operation = model(service).operation_model(name)
    try:
        document = json.loads(request.body) if request.body else {}
    except ValueError:
        return None, (service, "SerializationException", f"{service}:{name}: the body is not JSON")
    return Call(service, operation, input_faults(document, operation)), None


def input_faults(document: Any, operation: OperationModel) -> tuple[str, ...]:
    if operation.input_shape is None:
        return ("the operation takes nothing",) if document else ()
    return tuple(shapes.faults(document, operation.input_shape, operation.name))


# Named by a path.


@functools.cache
def routes() -> list[tuple[str, re.Pattern[str], str, str]]:
    """Method, path, service and operation."""
    found = []
    for service in REST:
        for name in model(service).operation_names:
            http = model(service).operation_model(name).http
            path = http["requestUri"].partition("?")[0]
            parts = re.split(r"\{(\w+)(\+?)\}", path)
            # Text, name, plus; text, name, plus; …; text.
            pattern = "".join(
                re.escape(part) if index % 3 == 0 else f"(?P<{part}>{'.+' if parts[index + 1] else '[^/]+'})"
                for index, part in enumerate(parts)
                if index % 3 != 2
            )
            found.append((http["method"], re.compile(pattern.rstrip("/") + "/?"), service, name))
    return found


def in_path(request: Request) -> Call | None:
    scope = SCOPE.search(request.headers.get("authorization", ""))
    for method, pattern, service, name in routes():
        if scope and scope[1] != model(service).signing_name:
            continue
        if method == request.method and (match := pattern.fullmatch(request.path)):
            return rest(request, service, model(service).operation_model(name), match.groupdict())
    return None


def rest(request: Request, service: str, operation: OperationModel, labels: dict[str, str]) -> Call:
    shape = operation.input_shape
    if shape is None:
        return Call(service, operation)
    query = parse_qs(request.query, keep_blank_values=True)
    given: dict[str, Any] = {}
    body: dict[str, Shape] = {}
    for member, described in shape.members.items():
        name = described.serialization.get("name", member)
        match described.serialization.get("location"):
            case "uri":
                given[name] = typed(unquote(labels[name]), described) if name in labels else None
            case "querystring":
                values = query.pop(name, None)
                given[name] = values if values and described.type_name == "list" else typed_first(values, described)
            case "header":
                given[name] = request.headers.get(name.lower())
            case None:
                body[name] = described
    found = [f"Unknown parameter {operation.name}?{name}" for name in query]
    payload = shape.serialization.get("payload")
    if payload and shape.members[payload].type_name == "blob":
        # The payload's own form is between the callers.
        given.pop(payload, None)
        return Call(service, operation, (*found, *shapes.faults(given, shape, operation.name)))
    if request.body or body:
        if request.body and not is_json(request.headers.get("content-type", "")):
            found.append(f"the content type is {request.headers.get('content-type')}, not application/json")
        try:
            document = json.loads(request.body) if request.body else {}
        except ValueError:
            return Call(service, operation, (*found, "the body is not JSON"))
        if not isinstance(document, dict):
            return Call(service, operation, (*found, "the body is not an object"))
        given |= document
    return Call(service, operation, (*found, *shapes.faults(given, shape, operation.name)))


def is_json(content_type: str) -> bool:
    # boto3 sends none with rest-json's bodies.
    return content_type.partition(";")[0] in ("", "application/json", "application/x-amz-json-1.1")


def typed_first(values: list[str] | None, shape: Shape) -> Any:
    return typed(values[0], shape) if values else None


def typed(value: str, shape: Shape) -> Any:
    """A value of a path or a query, which has no types of its own."""
    if shape.type_name in ("integer", "long") and re.fullmatch(r"-?\d+", value):
        return int(value)
    if shape.type_name == "boolean" and value in ("true", "false"):
        return value == "true"
    return value


# Named in a form.


def in_form(request: Request) -> tuple[Call | None, Wrong | None]:
    content_type = request.headers.get("content-type", "").partition(";")[0]
    if content_type != "application/x-www-form-urlencoded":
        return None, None
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    for service in QUERY:
        if form.get("Version") != model(service).api_version:
            continue
        name = form.pop("Action", "")
        del form["Version"]
        if name not in model(service).operation_names:
            return None, (service, "InvalidAction", f"Could not find operation {name} for version 2011-06-15")
        operation = model(service).operation_model(name)
        found = (
            [] if (request.method, request.path) == ("POST", "/") else [f"{request.method} {request.path}, not POST /"]
        )
        document, unknown = unflattened(form, operation.input_shape)
        found += [f"Unknown parameter {operation.name}.{name}" for name in unknown]
        if operation.input_shape is not None:
            found += shapes.faults(document, operation.input_shape, operation.name)
        return Call(service, operation, tuple(found)), None
    return None, None


def unflattened(form: dict[str, str], shape: Shape | None) -> tuple[dict[str, Any], list[str]]:
    """`Tags.member.1.Key` as the structure that it means, and the names that mean nothing."""
    document: dict[str, Any] = {}
    unknown = []
    for name, value in form.items():
        if not put(document, name.split("."), value, shape):
            unknown.append(name)
    return document, unknown


def put(document: dict[str, Any], path: list[str], value: str, shape: Shape | None) -> bool:
    described = getattr(shape, "members", {}).get(path[0])
    if described is None:
        return False
    if len(path) == 1:
        document[path[0]] = typed(value, described)
        return True
    if described.type_name != "list" or path[1] != "member" or not path[2].isdigit():
        return False
    entries = document.setdefault(path[0], [])
    number = int(path[2]) - 1
    if number not in (len(entries), len(entries) - 1):
        return False
    if len(path) == 3:
        entries.append(typed(value, described.member))
        return True
    if number == len(entries):
        entries.append({})
    return put(entries[number], path[3:], value, described.member)
