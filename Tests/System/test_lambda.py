"""The Lambda executable on a Runtime API: how it starts, serves and ends."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

from lab.runtime_api import Function, RuntimeAPI


@pytest.fixture
def api():
    with RuntimeAPI() as api:
        yield api


@pytest.fixture
def start(api: RuntimeAPI, programs: Path, tmp_path: Path):
    """`start(handler)` starts the executable; it ends with the test."""
    with contextlib.ExitStack() as stack:
        count = iter(range(1000))

        def start(handler: str, *arguments: str, **environment: str) -> Function:
            command = [str(programs / "ecrmirror-lambda"), *arguments]
            function = Function(api, command, handler, tmp_path / f"log-{next(count)}", **environment)
            stack.callback(function.stop)
            return function

        yield start


@pytest.mark.parametrize("handler", ["", "bootstrap", "schedule,push", "\x1b[31m", "x" * 10_000])
def test_an_unknown_handler_is_an_error_at_start_up_that_names_those_there_are(
    api: RuntimeAPI, start: Callable[..., Function], handler: str
):
    function = start(handler)
    assert function.wait() == 1
    assert api.init_error["errorType"] == api.init_error["header"] == "Runtime.NoSuchHandler"
    assert "schedule, push" in api.init_error["errorMessage"]
    assert [(line["level"], line["errorType"]) for line in function.lines()] == [("FATAL", "Runtime.NoSuchHandler")]
    assert not api.polled.is_set()


def test_without_a_runtime_api_it_says_where_it_belongs(account):
    ended = account.run("ecrmirror-lambda", "schedule", exit=1)
    assert "runs in AWS Lambda only" in ended.stderr
    # On no terminal but outside AWS a person reads this.
    assert not ended.stderr.startswith("{")


def test_a_runtime_api_that_nobody_serves_ends_it_with_an_error(account):
    ended = account.run("ecrmirror-lambda", "nothing", exit=1, AWS_LAMBDA_RUNTIME_API="127.0.0.1:1")
    assert "the Lambda Runtime API failed: cannot connect to 127.0.0.1:1" in ended.stderr


@pytest.mark.parametrize("address", ["not an address", "/", "127.0.0.1:99999999", "user:secret@127.0.0.1:1"])
def test_a_runtime_api_with_an_address_that_is_none_ends_it_with_an_error(account, address: str):
    ended = account.run("ecrmirror-lambda", "nothing", exit=1, AWS_LAMBDA_RUNTIME_API=address)
    assert "the Lambda Runtime API failed" in ended.stderr
    assert "secret" not in ended.stderr
