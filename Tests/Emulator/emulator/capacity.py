"""What reads of DynamoDB consume as its bill counts: 4 KB a unit, half of one where a read may be a moment old."""

import json
import math
from typing import Any

from ministack.services.dynamodb import _item_size_bytes

UNIT = 4096
_units = 0.0


def count(operation: str, request: bytes, answer: bytes) -> None:
    """Counts the units of a request that was answered."""
    global _units
    if operation in READS:
        _units += READS[operation](json.loads(request), json.loads(answer))


def total() -> float:
    return _units


def reset() -> None:
    global _units
    _units = 0.0


def read(size: int, consistent: bool | None) -> float:
    return max(math.ceil(size / UNIT), 1) * (1 if consistent else 0.5)


def item(request: dict[str, Any], answer: dict[str, Any]) -> float:
    return read(_item_size_bytes(answer.get("Item", {})), request.get("ConsistentRead"))


def page(request: dict[str, Any], answer: dict[str, Any]) -> float:
    """Of a filter's leftovers nothing is known here: nothing under test filters."""
    return read(sum(map(_item_size_bytes, answer.get("Items", []))), request.get("ConsistentRead"))


def batch(request: dict[str, Any], answer: dict[str, Any]) -> float:
    """Each item by itself; one that is not there costs the least that one can."""
    units = 0.0
    for table, wish in request["RequestItems"].items():
        found = answer.get("Responses", {}).get(table, [])
        sizes = [*map(_item_size_bytes, found), *[0] * (len(wish["Keys"]) - len(found))]
        units += sum(read(size, wish.get("ConsistentRead")) for size in sizes)
    return units


READS = {"dynamodb:GetItem": item, "dynamodb:Query": page, "dynamodb:Scan": page, "dynamodb:BatchGetItem": batch}
