"""`Ref::name` in commands. Pure."""

import re
from collections.abc import Mapping, Sequence

REFERENCE = re.compile(r"Ref::([A-Za-z0-9_-]+)")


def substitute(command: Sequence[str], parameters: Mapping[str, str]) -> list[str]:
    """A placeholder that no parameter replaces stays as it is, as in AWS."""
    return [REFERENCE.sub(lambda match: parameters.get(match[1], match[0]), word) for word in command]
