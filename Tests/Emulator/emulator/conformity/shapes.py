"""Values as they are sent, held to a shape of botocore's: types, members, what is required, enumerations, bounds."""

import base64
import binascii
import functools
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from botocore.model import Shape, StructureShape

ANY_CASE = {"RetryAction"}
"""Enumerations whose values may be written in any case, says the documentation."""
LONGEST = 50
"""Entries of a list that are looked at, of each end: in pages of a thousand items one is like another."""

NUMBERS = {"integer": int, "long": int, "float": (int, float), "double": (int, float)}


# "startedAt" is required says the model, and the documentation's own answer about a job that waits lacks it:
# https://docs.aws.amazon.com/cli/latest/reference/batch/describe-jobs.html
LEFT_OUT = {("JobDetail", "startedAt")}


def faults(value: Any, shape: Shape, path: str, is_answer: bool = False) -> Iterator[str]:
    """Sentences about what does not fit, each with the path of the value.

    Of answers no least size is asked: services answer `"UnprocessedKeys": {}`, whatever their models say.
    """
    kind = shape.type_name
    if isinstance(shape, StructureShape):
        yield from structure(value, shape, path, is_answer)
    elif kind == "list":
        if not isinstance(value, list):
            yield wrong_type(value, path, "a list")
            return
        yield from bounds(len(value), shape, path, is_answer)
        numbers = range(len(value))
        for index in [*numbers[:LONGEST], *numbers[LONGEST:][-LONGEST:]]:
            yield from faults(value[index], shape.member, f"{path}[{index}]", is_answer)
    elif kind == "map":
        if not isinstance(value, dict):
            yield wrong_type(value, path, "an object")
            return
        yield from bounds(len(value), shape, path, is_answer)
        for key, item in value.items():
            yield from faults(key, shape.key, f"{path} (key)", is_answer)
            yield from faults(item, shape.value, f"{path}.{key}", is_answer)
    else:
        yield from scalar(value, shape, path, is_answer)


def structure(value: Any, shape: StructureShape, path: str, is_answer: bool) -> Iterator[str]:
    if shape.is_document_type:
        return
    if not isinstance(value, dict):
        yield wrong_type(value, path, "an object")
        return
    names = wire_names(shape)
    for member in shape.required_members:
        may_lack = is_answer and (shape.name, member) in LEFT_OUT
        if value.get(wire_name(member, shape)) is None and not may_lack:
            yield f"Missing required member {path}.{wire_name(member, shape)}"
    given = {key: item for key, item in value.items() if item is not None}
    for key, item in given.items():
        if key in names:
            yield from faults(item, names[key], f"{path}.{key}", is_answer)
        elif key != "__type":
            yield f"Unknown member {path}.{key}"
    if shape.is_tagged_union and len(given) != 1:
        yield f"{path} must have exactly one member, not {len(given)}"


@functools.cache
def wire_names(shape: StructureShape) -> dict[str, Shape]:
    return {wire_name(member, shape): described for member, described in shape.members.items()}


def wire_name(member: str, shape: StructureShape) -> str:
    return shape.members[member].serialization.get("name", member)


def scalar(value: Any, shape: Shape, path: str, is_answer: bool) -> Iterator[str]:
    kind = shape.type_name
    if kind in NUMBERS:
        if isinstance(value, bool) or not isinstance(value, NUMBERS[kind]):
            yield wrong_type(value, path, f"a number ({kind})")
        else:
            yield from bounds(value, shape, path, is_answer)
    elif kind == "boolean":
        if not isinstance(value, bool):
            yield wrong_type(value, path, "true or false")
    elif kind == "timestamp":
        yield from timestamp(value, shape, path)
    elif not isinstance(value, str):
        yield wrong_type(value, path, "a string")
    elif kind == "blob":
        yield from blob(value, shape, path, is_answer)
    else:
        yield from text(value, shape, path, is_answer)


def text(value: str, shape: Shape, path: str, is_answer: bool) -> Iterator[str]:
    constraint = f"Value at '{path}' failed to satisfy constraint: Member must satisfy"
    enumeration = getattr(shape, "enum", [])
    if enumeration and value not in enumeration and shape.name not in ANY_CASE:
        yield f"{constraint} enum value set: {enumeration}"
    yield from bounds(len(value), shape, path, is_answer)
    pattern = compiled(shape.metadata.get("pattern"))
    # The documented expressions mean all of a value, whether they say so or not.
    if pattern and not pattern.fullmatch(value):
        yield f"{constraint} regular expression pattern: {pattern.pattern}"


@functools.cache
def compiled(pattern: str | None) -> re.Pattern[str] | None:
    """None for what Python's expressions do not know, such as Java's classes of characters."""
    try:
        return re.compile(pattern) if pattern else None
    except re.error:
        return None


def blob(value: str, shape: Shape, path: str, is_answer: bool) -> Iterator[str]:
    try:
        yield from bounds(len(base64.b64decode(value, validate=True)), shape, path, is_answer)
    except binascii.Error:
        yield f"{path} is not base64"


def timestamp(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if shape.serialization.get("timestampFormat") != "iso8601":
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield wrong_type(value, path, "a number of seconds")
        return
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        yield wrong_type(value, path, "a time in ISO 8601")


def bounds(size: float, shape: Shape, path: str, is_answer: bool) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least and not is_answer:
        yield f"Value at '{path}' failed to satisfy constraint: at least {least}"
    if most is not None and size > most:
        yield f"Value at '{path}' failed to satisfy constraint: at most {most}"


def wrong_type(value: Any, path: str, wanted: str) -> str:
    return f"Invalid type for member {path}: {type(value).__name__}, not {wanted}"
