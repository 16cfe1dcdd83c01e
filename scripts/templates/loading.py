"""Templates read from YAML, with the short forms of functions written out: `!Ref X` is `{"Ref": "X"}`."""

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent.parent.parent / "cfn"
PLAIN = {"Ref", "Condition"}
"""The short forms whose long ones do without `Fn::`."""


class Loader(yaml.SafeLoader):
    pass


def function(loader: Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in PLAIN else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", function)


def load(path: Path) -> dict[str, Any]:
    return yaml.load(path.read_text(), Loader)


def templates() -> dict[str, dict[str, Any]]:
    """The project's own, by the names of their files."""
    return {path.name: load(path) for path in sorted(FOLDER.glob("[a-z]*.yaml"))}
