"""Whether a failed attempt is followed by another. Pure."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ending:
    """How an attempt ended."""

    exit_code: int | None = None
    """None when the container never ran, or its host went away."""
    reason: str | None = None
    """What is said of the container."""
    status_reason: str = "Essential container in task exited"
    """What is said of the attempt."""
    final: bool = False
    """A time-out or a wish of the user's: never tried again."""

    @property
    def succeeded(self) -> bool:
        return self.exit_code == 0 and not self.final


def again(ending: Ending, attempts: int, strategy: dict[str, Any] | None) -> bool:
    """After `attempts` attempts, of which the last ended so."""
    strategy = strategy or {}
    if ending.succeeded or ending.final or attempts >= strategy.get("attempts", 1):
        return False
    rules = strategy.get("evaluateOnExit") or []
    rule = next((rule for rule in rules if matches(rule, ending)), None)
    return rule is None or rule["action"].upper() == "RETRY"


def matches(rule: dict[str, str], ending: Ending) -> bool:
    """All conditions that the rule has are met."""
    code = None if ending.exit_code is None else str(ending.exit_code)
    said = {"onExitCode": code, "onReason": ending.reason, "onStatusReason": ending.status_reason}
    return all(fits(rule[condition], text) for condition, text in said.items() if condition in rule)


def fits(pattern: str, text: str | None) -> bool:
    """A pattern ends with an asterisk, or means the whole text."""
    if text is None:
        return False
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern
