"""Whether something could be meant by a pattern of a policy: `*` and `?` in it, `${Name}` in the reference's."""

import functools
import re

# Names that hold slashes or colons themselves; all others end at one.
WIDE = {
    "LogGroupName": "/",
    "LogStreamName": "/:",
    "ObjectName": "/:",
    "ParameterNameWithoutLeadingSlash": "/",
    "RepositoryName": "/",
    "RoleNameWithPath": "/",
    "SecretId": "/",
}
Token = tuple[str, str]
"""A character to be met (`"is"`), one that is none of these (`"one"`), or any number of such (`"many"`)."""


@functools.cache
def tokens(pattern: str) -> tuple[Token, ...]:
    """`table/${TableName}`, in which a name has at least one character."""
    found: list[Token] = []
    for part in re.split(r"(\$\{[^}]+\})", pattern):
        if part.startswith("${"):
            without = "".join(c for c in "/:" if c not in WIDE.get(part[2:-1], ""))
            found += [("one", without), ("many", without)]
        else:
            found += [("is", character) for character in part]
    return tuple(found)


def overlaps(given: str, pattern: str) -> bool:
    """Whether there is a text that both mean."""
    wanted = tokens(pattern)

    @functools.cache
    def rest(i: int, j: int) -> bool:
        if i == len(given):
            return all(kind == "many" for kind, _ in wanted[j:])
        if j == len(wanted):
            return set(given[i:]) <= {"*"}
        kind, characters = wanted[j]
        if kind == "many" and rest(i, j + 1):
            return True
        if given[i] == "*":
            return rest(i + 1, j) or rest(i, j + 1)
        if kind == "is":
            return given[i] in (characters, "?") and rest(i + 1, j + 1)
        return given[i] not in characters and rest(i + 1, j if kind == "many" else j + 1)

    return rest(0, 0)


def arn_fits(given: str, pattern: str) -> bool:
    """Whether an ARN of a policy could be one of the reference's kind, field by field."""
    if given == "*":
        return True
    mine, theirs = given.split(":", 5), pattern.split(":", 5)
    if len(mine) < 6:
        return False
    return all(overlaps(one, other) for one, other in zip(mine[1:], theirs[1:], strict=True))


def glob(pattern: str) -> re.Pattern[str]:
    """Of actions and condition keys, which have no case."""
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(c, re.escape(c)) for c in pattern), re.IGNORECASE)
