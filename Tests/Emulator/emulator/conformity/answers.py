"""What does not fit in the answer to a call: its document, or its error's code and status."""

import json
from collections.abc import Iterator

from botocore.model import OperationModel, StructureShape
from botocore.parsers import create_parser

from . import shapes
from .calls import QUERY, Call

# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html, and what the front of the JSON services says.
COMMON = {
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InternalFailure",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "NotAuthorized",
    "RequestExpired",
    "SerializationException",
    "ServiceUnavailable",
    "SignatureDoesNotMatch",
    "ThrottlingException",
    # Batch's word for it, which its model lacks; botocore's list of what is throttling has it.
    "TooManyRequestsException",
    "UnknownOperationException",
    "UnrecognizedClientException",
    "ValidationError",
    "ValidationException",
}


def faults(call: Call, status: int, headers: dict[str, str], body: bytes) -> Iterator[str]:
    """Sentences about what AWS's model does not have."""
    if status >= 400:
        yield from error_faults(call, status, headers, body)
    elif call.service in QUERY:
        yield from xml_faults(call.operation, status, headers, body)
    else:
        yield from document_faults(call.operation, body)


def document_faults(operation: OperationModel, body: bytes) -> Iterator[str]:
    shape = operation.output_shape
    if shape is None or shape.serialization.get("payload"):
        return
    try:
        document = json.loads(body) if body else {}
    except ValueError:
        yield "it is not JSON"
        return
    yield from shapes.faults(document, in_body(shape), operation.name, is_answer=True)


def in_body(shape: StructureShape) -> StructureShape:
    """Without the members that are the status or headers."""
    elsewhere = {name for name, member in shape.members.items() if "location" in member.serialization}
    if not elsewhere:
        return shape
    described = dict(shape._shape_model)
    described["members"] = {key: value for key, value in described["members"].items() if key not in elsewhere}
    described["required"] = [key for key in described.get("required", []) if key not in elsewhere]
    return StructureShape(shape.name, described, shape._shape_resolver)


def xml_faults(operation: OperationModel, status: int, headers: dict[str, str], body: bytes) -> Iterator[str]:
    if f"<{operation.name}Response".encode() not in body:
        yield f"it is no {operation.name}Response"
        return
    shape = operation.output_shape
    parsed = create_parser("query").parse({"status_code": status, "headers": headers, "body": body}, shape)
    parsed.pop("ResponseMetadata", None)
    for member in shape.required_members if shape else ():
        if parsed.get(member) is None:
            yield f"Missing required member {operation.name}.{member}"
    for member in shape.members if shape else ():
        if member not in parsed and f"<{member}" in body.decode():
            yield f"{operation.name}.{member} cannot be read"


def error_faults(call: Call, status: int, headers: dict[str, str], body: bytes) -> Iterator[str]:
    parser = create_parser(call.operation.service_model.metadata["protocol"])
    parsed = parser.parse({"status_code": status, "headers": headers, "body": body}, None)
    code = parsed["Error"]["Code"]
    known = {shape.error_code: shape for shape in call.operation.error_shapes}
    if code not in known and code not in COMMON:
        yield f"{code} is none of its errors, which are {', '.join(sorted(known))}"
        return
    if code in known and (wanted := known[code].metadata.get("error", {}).get("httpStatusCode")) not in (None, status):
        yield f"{code} comes with status {wanted}, not {status}"
