"""The vectors that Swift tests are held to are what botocore says today."""

import importlib.util
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "Vectors"


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.py")))
def test_vectors_are_what_botocore_makes(name):
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.FILE.read_text() == module.document()
