"""ECR, where MiniStack's differs from AWS's: who may use the registry, what a push needs and tells, how lists page."""

from . import images, public, pushes, sign_in


def install() -> None:
    for part in (sign_in, pushes, images, public):
        part.install()
