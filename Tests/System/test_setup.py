"""`make setup` on machines that lack something, played by stand-ins for apt, dpkg and Swift."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import REPOSITORY

SETUP = REPOSITORY / "scripts/setup"
TOOLS = "bash sed head grep cat tr sleep chmod tee rm env".split()


class Machine:
    """A PATH with the usual tools, and stand-ins that write down how they were called."""

    def __init__(self, folder: Path):
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.calls = folder / "calls"
        self.calls.touch()
        self.calls.chmod(0o666)
        folder.chmod(0o755)
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.stand_in("swift", "echo 'Swift version 6.3.1 (swift-6.3.1-RELEASE)'")
        self.stand_in("apt-get", f'echo "apt-get $*" >>{self.calls}')
        self.lacks()

    def stand_in(self, name: str, body: str) -> None:
        file = self.bin / name
        file.unlink(missing_ok=True)
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)

    def lacks(self, *packages: str) -> None:
        """dpkg knows every package that it is asked about as installed, but for these."""
        missing = "|".join(packages) or "nothing"
        self.stand_in(
            "dpkg-query",
            f'shift 2; for name; do case "$name" in {missing}) ;; *) echo "$name installed" ;; esac; done',
        )

    def setup(self, **options) -> subprocess.CompletedProcess:
        return subprocess.run(
            [SETUP],
            env={"PATH": str(self.bin)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            **options,
        )


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_where_nothing_is_missing_nothing_is_installed_or_said(machine):
    done = machine.setup()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.calls.read_text() == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root installs")
def test_what_is_missing_is_installed_and_named(machine):
    machine.lacks("tmux", "skopeo")
    done = machine.setup()
    assert done.returncode == 0, done.stderr
    assert "installing skopeo tmux" in done.stderr
    update, install = machine.calls.read_text().splitlines()
    assert update.split()[-1] == "update"
    assert install.endswith("install skopeo tmux")


@pytest.mark.skipif(os.geteuid() != 0, reason="pytest's temporary folders would be closed to another user")
def test_without_root_it_says_what_to_install(machine, tmp_path):
    machine.lacks("tmux")
    for folder in tmp_path.parents:
        if os.access(folder, os.W_OK) and folder.stat().st_mode & 0o005 != 0o005:
            folder.chmod(folder.stat().st_mode | 0o005)
    script = tmp_path / "setup"
    shutil.copy(SETUP, script)
    done = subprocess.run(
        [script], env={"PATH": str(machine.bin)}, capture_output=True, text=True, timeout=60, user=65534, group=65534
    )
    assert done.returncode == 1
    assert "apt-get install --no-install-recommends tmux" in done.stderr
    assert machine.calls.read_text() == ""


def test_without_apt_it_says_what_to_install(machine):
    (machine.bin / "apt-get").unlink()
    done = machine.setup()
    assert done.returncode == 1
    assert "skopeo" in done.stderr
    assert "libcurl (library and headers)" in done.stderr


@pytest.mark.parametrize(
    ("body", "said"),
    [("exit 127", "no Swift on the PATH"), ("echo 'Swift version 5.10.1 (swift-5.10.1-RELEASE)'", "Swift 5.10 is")],
)
def test_without_the_right_swift_it_says_where_to_get_it(machine, body, said):
    machine.stand_in("swift", body)
    done = machine.setup()
    assert done.returncode == 1
    assert said in done.stderr
    assert "https://www.swift.org/install/linux/" in done.stderr


def test_the_swift_it_asks_for_is_the_one_that_the_package_needs(machine):
    package = (REPOSITORY / "Package.swift").read_text()
    major, minor = re.match(r"// swift-tools-version: (\d+)\.(\d+)\n", package).groups()
    assert f"[Swift {major}.{minor} or later]" in (REPOSITORY / "README.md").read_text()
    machine.stand_in("swift", f"echo 'Swift version {major}.{minor} (RELEASE)'")
    assert machine.setup().returncode == 0
    machine.stand_in("swift", f"echo 'Swift version {major}.{int(minor) - 1}.9 (RELEASE)'")
    done = machine.setup()
    assert done.returncode == 1
    assert f"this project needs {major}.{minor} or later" in done.stderr
