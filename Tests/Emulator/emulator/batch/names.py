"""Names and ARNs of Batch's resources: callers may give either."""

import re

from ..refusal import Refusal
from ..scope import Scope

VALID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")


def arn(kind: str, name: str) -> str:
    return Scope.current().arn("batch", f"{kind}/{name}")


def short(reference: str) -> str:
    """The name in a name or ARN; for a job definition with its revision, if that was given."""
    return reference.rpartition("/")[2]


def checked(name: str, what: str) -> str:
    if not VALID.fullmatch(name):
        raise client_error(f"{what} should match valid pattern: ^[a-zA-Z0-9][a-zA-Z0-9_-]{{0,127}}$")
    return name


def client_error(message: str) -> Refusal:
    return Refusal("ClientException", f"Error executing request, Exception : {message}")
