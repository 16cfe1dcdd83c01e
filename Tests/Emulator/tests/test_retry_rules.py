"""Which failed attempts are followed by another."""

import pytest

from emulator.batch.parameters import substitute
from emulator.batch.retry import Ending, again

EXITED = "Essential container in task exited"
SPOT = "Host EC2 (instance i-0123456789abcdef0) terminated."


def rules(*rules: dict[str, str]) -> dict:
    return {"attempts": 3, "evaluateOnExit": list(rules)}


@pytest.mark.parametrize(
    ("ending", "attempts", "strategy", "expected"),
    [
        (Ending(0), 1, {"attempts": 3}, False),
        (Ending(1), 1, None, False),
        (Ending(1), 1, {"attempts": 2}, True),
        (Ending(1), 2, {"attempts": 2}, False),
        (Ending(143, final=True), 1, {"attempts": 3}, False),
        (Ending(2), 1, rules({"onExitCode": "2", "action": "EXIT"}), False),
        (Ending(2), 1, rules({"onExitCode": "2", "action": "exit"}), False),
        (Ending(22), 1, rules({"onExitCode": "2", "action": "EXIT"}), True),
        (Ending(22), 1, rules({"onExitCode": "2*", "action": "EXIT"}), False),
        # The first rule that matches decides.
        (Ending(2), 1, rules({"onExitCode": "2", "action": "RETRY"}, {"onExitCode": "*", "action": "EXIT"}), True),
        (Ending(3), 1, rules({"onExitCode": "2", "action": "RETRY"}, {"onExitCode": "*", "action": "EXIT"}), False),
        # All conditions of a rule must be met.
        (Ending(1), 1, rules({"onExitCode": "1", "onStatusReason": "Host*", "action": "EXIT"}), True),
        (Ending(status_reason=SPOT), 1, rules({"onStatusReason": "Host EC2*", "action": "EXIT"}), False),
        # A host that went away left no exit code.
        (Ending(status_reason=SPOT), 1, rules({"onExitCode": "*", "action": "EXIT"}), True),
        (Ending(reason="CannotPull: x"), 1, rules({"onReason": "CannotPull*", "action": "EXIT"}), False),
        (Ending(1), 1, rules({"onReason": "*", "action": "EXIT"}), True),
        (Ending(1), 1, rules({"onStatusReason": EXITED, "action": "EXIT"}), False),
        (Ending(1), 3, rules({"onExitCode": "1", "action": "RETRY"}), False),
    ],
)
def test_rules(ending, attempts, strategy, expected):
    assert again(ending, attempts, strategy) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Ref::a", "1"),
        ("x-Ref::a-y", "x-Ref::a-y"),
        ("Ref::a/Ref::b", "1/2"),
        ("Ref::none", "Ref::none"),
        ("Ref::", "Ref::"),
    ],
)
def test_placeholders(word, expected):
    assert substitute([word], {"a": "1", "b": "2"}) == [expected]
