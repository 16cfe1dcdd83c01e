"""The emulator's own endpoints, under `/_emulator/`: for the tests, and for what runs in it to get its credentials."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from . import batch, denials, expiry, faults, functions, identity, schedules, tally
from .conformity import record
from .ecr import lifecycle, repositories
from .refusal import Refusal, answer
from .settings import settings

PREFIX = "/_emulator/"
Answer = tuple[int, dict[str, str], bytes]


async def handle(scope: dict[str, Any], body: bytes) -> Answer:
    method, path = scope["method"], unquote(scope["path"].removeprefix(PREFIX))
    if method == "GET" and path.startswith("credentials/"):
        return credentials(path.removeprefix("credentials/"), scope)
    action = ROUTES.get((method, path))
    if action is None:
        known = ", ".join(f"{method} {PREFIX}{path}" for method, path in ROUTES)
        return Refusal("NotFound", f"there is no {method} {PREFIX}{path}; there are {known}", 404).answer()
    try:
        wish = json.loads(body) if body else {}
        return answer(action(wish))
    except (ValueError, TypeError, KeyError) as error:
        return Refusal("BadRequest", f"{type(error).__name__}: {error}", 400).answer()
    except Refusal as refusal:
        return refusal.answer()


def credentials(identifier: str, scope: dict[str, Any]) -> Answer:
    """What AWS_CONTAINER_CREDENTIALS_FULL_URI names."""
    token = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    try:
        granted = identity.Grant.redeem(identifier, token)
    except identity.CannotAssume as error:
        return Refusal("AccessDenied", str(error), 403).answer()
    if granted is None:
        return Refusal("AccessDenied", "no such credentials, or a wrong authorization token", 403).answer()
    return answer(granted)


def change_settings(wish: dict[str, Any]) -> dict[str, Any]:
    settings.change(wish)
    return settings.as_json()


def cleared(clear: Callable[[], None]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def action(wish: dict[str, Any]) -> dict[str, Any]:
        clear()
        return {}

    return action


ROUTES: dict[tuple[str, str], Callable[[dict[str, Any]], Any]] = {
    ("GET", "settings"): lambda wish: settings.as_json(),
    ("POST", "settings"): change_settings,
    ("DELETE", "settings"): cleared(settings.restore),
    ("GET", "requests"): lambda wish: tally.counts(),
    ("DELETE", "requests"): lambda wish: tally.take(),
    ("GET", "faults"): lambda wish: {"faults": faults.listed()},
    ("POST", "faults"): lambda wish: faults.add(wish).__dict__,
    ("DELETE", "faults"): cleared(faults.clear),
    ("GET", "denials"): lambda wish: {"denials": denials.listed()},
    ("DELETE", "denials"): cleared(denials.clear),
    ("GET", "misfits"): lambda wish: {"misfits": record.listed()},
    ("DELETE", "misfits"): cleared(record.clear),
    ("POST", "credentials/expire"): lambda wish: {"expired": identity.expire_all()},
    ("POST", "tables/sweep"): lambda wish: expiry.sweep(),
    ("POST", "images/sweep"): lambda wish: lifecycle.sweep(float(wish["days"])),
    ("POST", "registries/policy"): lambda wish: repositories.let_in(wish["account"], wish["policy"]),
    ("POST", "schedules/fire"): lambda wish: schedules.fire(wish["rule"]),
    ("POST", "jobs/interrupt"): lambda wish: batch.interrupt(wish["jobId"], wish.get("reason")),
    ("POST", "functions/recycle"): lambda wish: functions.recycle(),
}
