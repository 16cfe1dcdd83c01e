"""An error answer of a service."""

import json
import uuid
from typing import Any

JSON_TYPE = {"Content-Type": "application/json"}


class Refusal(Exception):
    """What a caller is told: the service's error code, its sentence, and the HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400):
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """In the shape of the JSON protocols, with the type where each SDK looks for it."""
        document = {"__type": self.code, "message": self.message}
        headers = {**JSON_TYPE, "x-amzn-ErrorType": self.code, "x-amzn-RequestId": str(uuid.uuid4())}
        return self.status, headers, json.dumps(document).encode()


def answer(document: Any, status: int = 200) -> tuple[int, dict[str, str], bytes]:
    return status, dict(JSON_TYPE), json.dumps(document).encode()
