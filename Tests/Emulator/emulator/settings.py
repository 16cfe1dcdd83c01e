"""What can be set, at the start and while the emulator runs."""

import copy
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass
class Settings:
    images: dict[str, str] = field(default_factory=dict)
    """Glob of a job's image name to the folder that stands first in its PATH. None at all: every image has the
    machine's programs. Some: an image that none matches cannot be pulled."""
    functions: dict[str, str] = field(default_factory=dict)
    """Glob of a function's image name to the executable that is its bootstrap."""
    builds: dict[str, str] = field(default_factory=dict)
    """Glob of a CodeBuild project's name to the executable that is each of its builds."""
    replicas: dict[str, str] = field(default_factory=dict)
    """Glob of an ECR repository's name to the region from which ECR's replication brings what is pushed to it."""
    environment: dict[str, str] = field(default_factory=dict)
    """Added to the environment of jobs, functions and builds."""
    state_delay: float = 0.01
    """Seconds that a job spends in each state that it only passes through."""
    task_start: float = 0.0
    """Seconds that a task takes from its place on to its process, and is billed for: 30 to 60 on Fargate."""
    time_scale: float = 1.0
    """How many times faster than in AWS the long waits pass: time-outs, grace periods, schedules, retries."""
    credential_lifetime: float = 3600.0
    """Seconds that the temporary credentials of jobs and functions live."""
    registry_token_lifetime: float = 43200.0
    """Seconds that ECR's authorization tokens live."""
    submit_rate: float = 0.0
    """SubmitJob calls a second before TooManyRequestsException; 50 in AWS, 0 for no limit."""
    put_image_rate: float = 0.0
    """ECR PutImage calls a second before ThrottlingException; 10 in AWS, 0 for no limit."""

    def change(self, changes: dict[str, Any]) -> None:
        """Takes new values; ValueError says which is wrong, and then none is taken."""
        known = {item.name: type(getattr(self, item.name)) for item in fields(self)}
        taken = {}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"there is no setting {name!r}; there are {', '.join(sorted(known))}")
            if known[name] is float:
                taken[name] = number(name, value)
            elif isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
                taken[name] = dict(value)
            else:
                raise ValueError(f"{name} must be an object of strings")
        for name, value in taken.items():
            setattr(self, name, value)

    def keep(self) -> None:
        """What is set now is what `restore` brings back."""
        self._kept = self.as_json()

    def restore(self) -> None:
        self.change(self._kept)

    def as_json(self) -> dict[str, Any]:
        return {item.name: copy.deepcopy(getattr(self, item.name)) for item in fields(self)}

    def scaled(self, seconds: float) -> float:
        """A wait of AWS's, as long as it takes here."""
        return seconds / self.time_scale


def number(name: str, value: Any) -> float:
    valid = isinstance(value, int | float) and not isinstance(value, bool)
    if not valid or value < 0 or (name == "time_scale" and value == 0):
        raise ValueError(f"{name} must be a number of at least 0, not {value!r}")
    return float(value)


settings = Settings()
"""The settings of this process."""
