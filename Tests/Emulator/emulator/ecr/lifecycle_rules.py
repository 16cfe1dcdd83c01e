"""ECR's lifecycle policies: what is a valid one, and which images of a repository it takes. Pure.

From the ECR User Guide, "Automate the cleanup of images by using lifecycle policies" and "Lifecycle policy properties":
ages count from the push, never from losing a tag; an image belongs to the first rule whose tags it has, and no later
one takes it; what an index names goes only after the index; a rule that looks at pulls can archive, not expire.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..refusal import Refusal

DAY = 86_400
WILDCARDS = 4
"""Most `*` in one pattern."""
ACTIONS = {
    "imageCountMoreThan": ("expire", "transition"),
    "sinceImagePushed": ("expire", "transition"),
    "sinceImagePulled": ("transition",),
    "sinceImageTransitioned": ("expire",),
}
"""What a rule of each count type may do."""


@dataclass(frozen=True)
class Stored:
    """An image as the evaluator sees it; times are in seconds."""

    digest: str
    tags: tuple[str, ...]
    pushed: float
    pulled: float | None = None
    archived: float | None = None
    children: tuple[str, ...] = ()
    """Digests that an index names."""


@dataclass(frozen=True)
class Rule:
    priority: int
    status: str
    patterns: tuple[str, ...]
    count: str
    number: int
    storage: str
    action: str

    def selects(self, image: Stored) -> bool:
        """Whether the image has the tags, and the storage class, that the rule is about."""
        if (self.storage == "archive") != (image.archived is not None):
            return False
        if self.status == "any":
            return True
        if self.status == "untagged":
            return not image.tags
        return all(any(fits(pattern, tag) for tag in image.tags) for pattern in self.patterns)

    def takes(self, images: list[Stored], now: float) -> list[Stored]:
        """Those of the selected images that are too many or too old."""
        if self.count == "imageCountMoreThan":
            return sorted(images, key=lambda image: image.pushed, reverse=True)[self.number :]
        return [image for image in images if now - self.since(image) > self.number * DAY]

    def since(self, image: Stored) -> float:
        if self.count == "sinceImagePulled" and image.pulled is not None:
            return image.pulled
        if self.count == "sinceImageTransitioned" and image.archived is not None:
            return image.archived
        return image.pushed


def fits(pattern: str, tag: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), tag) is not None


def evaluate(rules: Iterable[Rule], images: Iterable[Stored], now: float) -> dict[str, Rule]:
    """The rule that takes each image that goes or is archived, by digest."""
    images = list(images)
    kept_by_index = {child for image in images for child in image.children}
    found: dict[str, Rule] = {}
    settled: set[str] = set()
    for rule in sorted(rules, key=lambda rule: rule.priority):
        # What an earlier rule is about still counts in this one, and is not this one's to take.
        selected = [image for image in images if rule.selects(image) and image.digest not in kept_by_index]
        for image in rule.takes(selected, now):
            if image.digest not in settled:
                found[image.digest] = rule
        settled |= {image.digest for image in selected}
    return found


def parse(text: str) -> list[Rule]:
    """The rules; a Refusal says what ECR would not take."""
    try:
        rules = [rule(item) for item in json.loads(text)["rules"]]
    except (ValueError, KeyError, TypeError) as error:
        raise invalid(f"{type(error).__name__}: {error}") from None
    if not rules:
        raise invalid("there must be a rule")
    if len({rule.priority for rule in rules}) < len(rules):
        raise invalid("each rulePriority must be unique")
    for storage in ("standard", "archive"):
        same = [rule for rule in rules if rule.storage == storage]
        if len([rule for rule in same if rule.status == "untagged"]) > 1:
            raise invalid("only one rule may select untagged images")
        patterns = [rule.patterns for rule in same if rule.status == "tagged"]
        if len(set(patterns)) < len(patterns):
            raise invalid("two rules have the same tags")
        last = [rule.priority for rule in same if rule.status == "any"]
        if last and max(last) < max(rule.priority for rule in same):
            raise invalid("a rule for any images must have the highest rulePriority")
    return rules


def rule(item: dict[str, Any]) -> Rule:
    selection, action = item["selection"], item["action"]["type"]
    status, count, number = selection["tagStatus"], selection["countType"], selection["countNumber"]
    patterns = tuple(selection.get("tagPatternList", ()))
    prefixes = tuple(f"{prefix}*" for prefix in selection.get("tagPrefixList", ()))
    if status not in ("tagged", "untagged", "any"):
        raise invalid(f"tagStatus must be tagged, untagged or any, not {status!r}")
    if (status == "tagged") != (bool(patterns) != bool(prefixes)):
        raise invalid("a rule for tagged images, and no other, has either tagPatternList or tagPrefixList")
    if any(pattern.count("*") > WILDCARDS for pattern in patterns):
        raise invalid(f"a pattern may have {WILDCARDS} wildcards")
    if action not in ACTIONS.get(count, ()):
        raise invalid(f"countType {count!r} cannot be used with action {action!r}")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise invalid("countNumber must be at least 1")
    if (selection.get("countUnit") == "days") != (count != "imageCountMoreThan"):
        raise invalid("countUnit must be days for ages, and left out otherwise")
    storage = selection.get("storageClass", "standard")
    if (storage == "archive") != (count == "sinceImageTransitioned"):
        raise invalid(f"countType {count!r} cannot be used with storageClass {storage!r}")
    if (action == "transition") != (item["action"].get("targetStorageClass") == "archive"):
        raise invalid("targetStorageClass is archive for a transition, and left out otherwise")
    return Rule(item["rulePriority"], status, patterns or prefixes, count, number, storage, action)


def invalid(reason: str) -> Refusal:
    message = f"Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: '{reason}'"
    return Refusal("InvalidParameterException", message)
