"""ECR, where MiniStack's differs from AWS's: who may use the registry, what a push needs and tells, what expires."""

from . import images, lifecycle, public, pushes, repositories, sign_in, templates


def install() -> None:
    for part in (sign_in, pushes, images, lifecycle, public, templates, repositories):
        part.install()
