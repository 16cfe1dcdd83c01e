"""Why an attempt's container never ran."""


class CannotStart(Exception):
    """`reason` is said of the container, `status_reason` of the attempt."""

    def __init__(self, reason: str, status_reason: str = "Task failed to start"):
        super().__init__(reason)
        self.reason = reason
        self.status_reason = status_reason

    @classmethod
    def initializing(cls, message: str) -> "CannotStart":
        """What the container needs could not be fetched or opened."""
        return cls(message, f"ResourceInitializationError: {message}")
