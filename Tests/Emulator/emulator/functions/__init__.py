"""Lambda functions of container images, run from local executables."""

from .invoke import install
from .pool import recycle

__all__ = ["install", "recycle"]
