"""The fixtures: registries of every kind, and an account for each test."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from lab.authority import Authority
from lab.client import Client
from lab.cloud import Cloud
from lab.deployment import Deployment
from lab.emulator import Emulator
from lab.registry import Registry
from lab.stack import Stack
from support.account import Account
from support.proxy import Proxy
from support.tokens import TokenServer

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent

CREDENTIALS = ("robot", "correct-horse-battery")
# bcrypt of that password, for docker-registry takes no other kind; 4 rounds, for it is asked at each request.
HTPASSWD = "robot:$2b$04$/CM0AjYA4nUExVJh.mZCL.sUxp4MxaRSnTiUxGMi6TyHLPs5em20.\n"

# Where the tests run in the background of a shell, ^C is ignored, and every program they start would ignore it too.
signal.signal(signal.SIGINT, signal.default_int_handler)
# A store in a folder that a group may write is refused, and some users' umask lets theirs.
os.umask(0o022)


@pytest.fixture(scope="session")
def programs() -> Path:
    """The folder of the built programs: `ECRMIRROR_BIN`, or where `swift build` puts them."""
    if given := os.environ.get("ECRMIRROR_BIN"):
        return Path(given).resolve()
    shown = subprocess.run(
        ["swift", "build", "--show-bin-path"],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return Path(shown.stdout.strip())


@pytest.fixture
def account(tmp_path: Path, programs: Path):
    """A user's account of its own; whatever it started ends with the test."""
    account = Account(tmp_path / "account", programs)
    yield account
    account.close()


@pytest.fixture
def registry(tmp_path: Path):
    """`registry(**configuration)` starts a registry that ends with the test."""
    with contextlib.ExitStack() as stack:
        count = iter(range(1000))

        def start(**configuration) -> Registry:
            return stack.enter_context(Registry(tmp_path / f"registry-{next(count)}", **configuration))

        yield start


@pytest.fixture
def source(registry: Callable[..., Registry]) -> Registry:
    return registry()


@pytest.fixture
def destination(registry: Callable[..., Registry]) -> Registry:
    return registry()


@pytest.fixture
def basic_registry(registry: Callable[..., Registry], tmp_path: Path) -> Registry:
    """A registry that asks for CREDENTIALS by basic auth."""
    file = tmp_path / "htpasswd"
    file.write_text(HTPASSWD)
    return registry(auth={"htpasswd": {"realm": "test", "path": str(file)}})


@pytest.fixture(params=["token", "access_token"])
def token_registry(request: pytest.FixtureRequest, registry: Callable[..., Registry], tmp_path: Path):
    """A registry that asks for tokens; its server answers in either of the two shapes that occur."""
    server = TokenServer(tmp_path / "tokens", CREDENTIALS, request.param)
    with contextlib.closing(server):
        started = registry(auth=server.configuration)
        started.tokens = server
        yield started


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


@pytest.fixture
def tls_registry(registry: Callable[..., Registry], authority: Authority) -> Registry:
    """A registry that speaks TLS with a certificate of `authority`."""
    return registry(http={"tls": authority.tls()})


@pytest.fixture
def proxy():
    """`proxy(upstream)` puts a proxy before a registry; `proxy()` is a registry that knows nothing."""
    with contextlib.ExitStack() as stack:
        yield lambda upstream=None: stack.enter_context(Proxy(upstream))


@pytest.fixture
def client() -> Callable[[Registry], Client]:
    return lambda registry: Client(registry.host)


@pytest.fixture(scope="module")
def emulator():
    """AWS for the tests of one module (Tests/Emulator/README.md); what they make has names of its own."""
    with Emulator() as running:
        yield running


@pytest.fixture
def cloud(emulator: Emulator, programs: Path, tmp_path: Path) -> Cloud:
    """The emulator without faults, in which images named `…ecrmirror…` are the built programs."""
    emulator.reset(
        images={"*ecrmirror*": programs},
        functions={"*ecrmirror*": programs / "ecrmirror-lambda"},
    )
    return Cloud(emulator, tmp_path)


@pytest.fixture
def deployment(cloud: Cloud) -> Callable[..., Deployment]:
    """`deployment(template)` is one with a name of its own."""
    return lambda template="mirror.yaml": Deployment(cloud.emulator, cloud.unique("stack"), template)


@pytest.fixture
def stack(cloud: Cloud) -> Stack:
    """The project's stack, deployed; nothing starts by itself in it."""
    return Stack(cloud, Schedule="none", MirrorOnPush="false")


@pytest.fixture(params=["local", "stack"])
def anywhere(request: pytest.FixtureRequest, account: Account) -> Account:
    """An account on whose commands the test's expectations hold for either backend: this machine, or a stack in AWS."""
    if request.param == "stack":
        account.work_on(request.getfixturevalue("stack"))
    return account
