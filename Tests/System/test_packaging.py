"""What `make install` puts in place."""

import shutil
import subprocess

import pytest

from conftest import REPOSITORY


@pytest.fixture
def installed(tmp_path):
    """The tree after an install below a DESTDIR, made of stand-ins for the three programs."""
    binaries = tmp_path / "built"
    binaries.mkdir()
    for name in ("ecrmirror", "ecrmirror-batch", "ecrmirror-lambda"):
        (binaries / name).write_text("#!/bin/sh\n")
    root = tmp_path / "root"
    command = [REPOSITORY / "scripts/install", binaries, root, "/usr/local"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return root / "usr/local"


def test_programs_unit_and_papers_are_installed(installed):
    files = {str(file.relative_to(installed)) for file in installed.rglob("*") if file.is_file()}
    assert files == {
        "bin/ecrmirror",
        "bin/ecrmirror-batch",
        "bin/ecrmirror-lambda",
        "lib/systemd/system/ecrmirror.service",
        "lib/sysusers.d/ecrmirror.conf",
        "share/doc/ecrmirror/CHANGELOG.md",
        "share/doc/ecrmirror/LICENSE",
        "share/doc/ecrmirror/README.md",
    }
    assert (installed / "bin/ecrmirror").stat().st_mode & 0o777 == 0o755


def test_unit_starts_the_installed_program(installed):
    unit = (installed / "lib/systemd/system/ecrmirror.service").read_text()
    assert "ExecStart=/usr/local/bin/ecrmirror --local /var/lib/ecrmirror run --every 15m" in unit
    assert "@" not in unit.replace("@system-service", "").replace("@privileged @resources", "")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_accepts_the_unit_and_finds_it_well_confined(installed, tmp_path):
    # systemd wants to see the program: let the unit name the stand-in.
    unit = tmp_path / "ecrmirror.service"
    text = (installed / "lib/systemd/system/ecrmirror.service").read_text()
    unit.write_text(text.replace("/usr/local", str(installed)))
    command = ["systemd-analyze", "verify", "--man=no", unit]
    verified = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "ecrmirror.service" not in verified.stderr, verified.stderr
    assert verified.returncode == 0, verified.stderr
    # 10 is no confinement at all, 0 all there is; a network service without the network's confinement ends near 1.5.
    confined = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", unit],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert confined.returncode == 0, confined.stdout[-300:] + confined.stderr
