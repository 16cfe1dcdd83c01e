"""Execution environments that wait for the next invocation of their function."""

import threading
from typing import Any

from .environment import Environment

_environments: dict[tuple, list[Environment]] = {}
_lock = threading.Lock()


def take(config: dict[str, Any], executable: str) -> Environment:
    """An idle environment of the function as it is now, or a new one; those of older revisions end."""
    key = key_of(config)
    with _lock:
        for other in [other for other in _environments if other[:2] == key[:2] and other != key]:
            retire(other)
        for environment in _environments.get(key, []):
            if not environment.busy and environment.exit_status() is None:
                environment.busy = True
                return environment
    environment = Environment(config, executable)
    with _lock:
        _environments.setdefault(key, []).append(environment)
    return environment


def give(environment: Environment) -> None:
    environment.busy = False


def drop(environment: Environment) -> None:
    """Ends an environment that failed."""
    with _lock:
        for pool in _environments.values():
            if environment in pool:
                pool.remove(environment)
    environment.close()


def recycle() -> dict[str, int]:
    """Ends all idle environments, so that the next invocations start anew, with new credentials."""
    with _lock:
        return {"ended": sum(retire(key) for key in list(_environments))}


def retire(key: tuple) -> int:
    idle = [environment for environment in _environments[key] if not environment.busy]
    _environments[key] = [environment for environment in _environments[key] if environment.busy]
    for environment in idle:
        environment.close()
    return len(idle)


def key_of(config: dict[str, Any]) -> tuple:
    """The function and version, then what makes an environment outdated when it changes."""
    return config.get("FunctionArn"), config.get("Version"), config.get("RevisionId"), config.get("ImageUri")
