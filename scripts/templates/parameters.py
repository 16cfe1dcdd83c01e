"""Which values of a template's parameters are tried: few sets that hold every pair of values."""

from typing import Any

from .pairs import pairwise
from .rendering import Place

# Values for parameters that take free text, in the words of `Place`. The first stands where there is no default.
EXAMPLES: dict[str, tuple[str, ...]] = {
    "Image": ("ecrmirror:1.0.0-amd64", "tools/ecrmirror@sha256:" + 64 * "a"),
    "Vpc": ("vpc-0abc",),
    "Subnets": ("subnet-0abc,subnet-0def",),
    "Schedule": ("rate(1 hour)", "cron(0 4 * * ? *)", "none"),
    "SecurityGroup": ("", "sg-0123456789abcdef0"),
    "WriteRepositories": (
        "",
        "arn:{partition}:ecr:*:{account}:repository/mirror/*,arn:{partition}:ecr:*:210987654321:repository/*",
    ),
    "CreateRepositories": ("", "arn:{partition}:ecr:*:{account}:repository/docker-hub/*"),
    "WritePublicRepositories": ("", "arn:{partition}:ecr-public::{account}:repository/*"),
    "AuthSecretArn": ("", "arn:{partition}:secretsmanager:{region}:{account}:secret:registries-Ab12Cd"),
    "AuthParameter": ("", "/registries/auth", "auth"),
    "MirrorTable": ("", "adopted-mirrors"),
    "HistoryTable": ("", "adopted-history"),
    "AlarmEmail": ("", "ops@example.com"),
    "AlarmTopicArn": ("", "arn:{partition}:sns:{region}:{account}:alarms"),
    "KmsKeyArn": ("", "arn:{partition}:kms:{region}:{account}:key/11111111-2222-3333-4444-555555555555"),
    "RepositoryName": ("mirror/library/alpine",),
    "PullAccounts": ("", "210987654321,310987654321"),
    "TemplatePrefix": ("", "mirror"),
    "ReplicateTo": ("", "{other_region}"),
    "KeepImages": ("0", "20"),
    "UntaggedDays": ("0", "14"),
    "SourceUrl": ("", "https://github.com/example/ecrmirror"),
    "RebuildSchedule": ("none", "rate(7 days)"),
}


class NoExample(Exception):
    """A parameter of which nobody knows what it may be."""


def choices(template: dict[str, Any], place: Place) -> dict[str, tuple[str, ...]]:
    """What is tried of each parameter; what decides about nothing stays at its default.

    NoExample for a parameter that may be empty, or must be given, and has no example above.
    """
    return {name: values(name, described, place) for name, described in template.get("Parameters", {}).items()}


def values(name: str, described: dict[str, Any], place: Place) -> tuple[str, ...]:
    if name in EXAMPLES:
        return tuple(place.fill(example) for example in EXAMPLES[name])
    if described.get("Default", "") == "":
        raise NoExample(f"parameter {name} needs an example in scripts/templates/parameters.py")
    default = str(described["Default"])
    # Numbers of days, GiB or vCPUs only stand somewhere.
    if described["Type"] == "Number":
        return (default,)
    return (default, *(value for value in map(str, described.get("AllowedValues", [])) if value != default))


def variants(template: dict[str, Any], place: Place) -> list[dict[str, str]]:
    """Sets of parameters in which any two values are together once; the first has every default."""
    return pairwise(choices(template, place))
