"""Few combinations of choices that hold every pair of them."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

Combination = dict[str, Any]


def pairwise(choices: Mapping[str, Sequence[Any]]) -> list[Combination]:
    """Combinations in which each choice of each key meets each choice of every other key; the first ones come first.

    Greedy: each combination is filled key by key with the choice that makes the most pairs not met so far.
    """
    missing = {
        ((one, a), (other, b)) for one, other in combinations(choices, 2) for a in choices[one] for b in choices[other]
    }
    found: list[Combination] = [{key: values[0] for key, values in choices.items()}]
    missing -= pairs(found[0])
    while missing:
        (key, value), (other, second) = min(missing, key=lambda pair: order(choices, pair))
        combination = {key: value, other: second}
        for open_key in choices:
            if open_key not in combination:
                combination[open_key] = max(
                    choices[open_key], key=lambda candidate: gain(missing, combination, open_key, candidate)
                )
        combination = {name: combination[name] for name in choices}
        missing -= pairs(combination)
        found.append(combination)
    return found


def pairs(combination: Combination) -> set[tuple]:
    return set(combinations(combination.items(), 2))


def gain(missing: set[tuple], combination: Combination, key: str, value: Any) -> int:
    """How many missing pairs the choice completes."""
    met = ((item, (key, value)) for item in combination.items())
    return sum(pair in missing or pair[::-1] in missing for pair in met)


def order(choices: Mapping[str, Sequence[Any]], pair: tuple) -> list[int]:
    """A place that is the same in every process, whatever the hashes."""
    keys = list(choices)
    return [number for key, value in pair for number in (keys.index(key), list(choices[key]).index(value))]
