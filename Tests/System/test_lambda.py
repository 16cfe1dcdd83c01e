"""The Lambda executable on a Runtime API: how it starts, serves and ends."""

import contextlib
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from lab.runtime_api import Function, RuntimeAPI

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "the-key-that-nobody-may-see",
    "AWS_SESSION_TOKEN": "the-token-that-nobody-may-see",
}


@pytest.fixture
def api():
    with RuntimeAPI() as api:
        yield api


@pytest.fixture
def start(api: RuntimeAPI, programs: Path, tmp_path: Path):
    """`start(handler)` starts the executable; it ends with the test."""
    with contextlib.ExitStack() as stack:
        count = iter(range(1000))

        def start(handler: str, **environment: str) -> Function:
            credentials = {} if "AWS_ACCESS_KEY_ID" in environment else CREDENTIALS
            settings = {"ECRMIRROR_STACK": "test", **credentials, **environment}
            command = [str(programs / "ecrmirror-lambda")]
            function = Function(api, command, handler, tmp_path / f"log-{next(count)}", **settings)
            stack.callback(function.stop)
            return function

        yield start


@pytest.fixture
def silent():
    """A server that answers nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


def url(server: socket.socket) -> str:
    return f"http://127.0.0.1:{server.getsockname()[1]}"


def batch(*bodies: str) -> dict:
    """An event of SQS with messages m0, m1, …"""
    return {"Records": [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]}


def failures(*identifiers: str) -> dict:
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in identifiers]}


SOME = batch('{"source":"registry.example.com/app:1"}')


@pytest.mark.parametrize("handler", ["", "bootstrap", "schedule,push", "\x1b[31m", "x" * 10_000])
def test_an_unknown_handler_is_an_error_at_start_up_that_names_those_there_are(
    api: RuntimeAPI, start: Callable[..., Function], handler: str
):
    function = start(handler)
    assert function.ended() == 1
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


def test_one_process_serves_one_event_after_the_other_and_logs_under_each_request_id(api, start, stack):
    function = start("push", **stack.environment())
    first = api.invoke(batch('{"source":"registry.example.com/none:1"}', "poison")).answered()
    second = api.invoke(batch("{}")).answered()
    assert (first.error_type, first.json) == (None, failures("m1"))
    assert (second.error_type, second.json) == (None, failures("m0"))
    lines = function.lines()
    assert {line.get("requestId") for line in lines} == {first.id, second.id}
    named = [line for line in lines if line.get("source") == "registry.example.com/none:1"]
    assert [(line["message"], line["requestId"]) for line in named] == [("no mirror names the source", first.id)]
    assert function.process.poll() is None


@pytest.mark.parametrize("event", [b"", b"null", b"{", b'{"Records":7}', b"\xff\xfe", b"[" * 100_000])
def test_an_event_that_is_none_is_an_error_with_its_type_and_the_next_is_served(api, start, stack, event: bytes):
    start("push", **stack.environment())
    broken = api.invoke(event).answered()
    assert broken.error_type == broken.json["errorType"] == "Event.Invalid"
    assert api.invoke(batch()).answered().json == failures()


def test_an_answer_that_lambda_would_not_take_is_an_error_and_the_next_is_served(api, start, stack):
    start("push", **stack.environment())
    # What cannot be understood comes back by its id: an event that Lambda takes has an answer that it does not.
    large = api.invoke({"Records": [{"messageId": f"{number:0608}"} for number in range(10_000)]}).answered()
    assert large.error_type == large.json["errorType"] == "Function.ResponseSizeTooLarge"
    assert api.invoke(batch()).answered().json == failures()


def test_where_aws_is_silent_the_work_ends_before_the_deadline_and_says_so(api, start, silent):
    function = start("push", AWS_ENDPOINT_URL=url(silent))
    for _ in range(2):
        late = api.invoke(SOME, time_left=1).answered()
        assert late.error_type == late.json["errorType"] == "Function.DeadlineExceeded"
        assert "deadline" in late.json["errorMessage"]
    assert function.process.poll() is None


@pytest.mark.parametrize("handler", ["schedule", "push"])
def test_where_aws_refuses_the_error_says_what_and_no_secret_is_shown(api, start, stack, handler: str):
    environment = {**stack.environment(), **CREDENTIALS, "LOG_LEVEL": "trace"}
    function = start(handler, **environment)
    refused = api.invoke(SOME if handler == "push" else {"id": "1"}).answered()
    assert refused.error_type == "Mirror.Backend"
    assert stack.name in refused.json["errorMessage"]
    said = function.log.read_text() + refused.body.decode()
    assert "may-see" not in said


def test_sigterm_ends_it_while_it_waits_for_an_event(api, start):
    function = start("push")
    function.seconds_to_first_poll()
    function.process.send_signal(signal.SIGTERM)
    assert function.ended() == 0
    assert function.log.read_text() == ""


def test_sigterm_in_the_middle_of_the_work_is_told_before_the_end(api, start, silent):
    function = start("push", AWS_ENDPOINT_URL=url(silent))
    invocation = api.invoke(SOME)
    connection, _ = silent.accept()
    with connection:
        function.process.send_signal(signal.SIGTERM)
        assert invocation.answered().error_type == "Runtime.ShutDown"
        assert function.ended() == 0


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 500 Error\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}",
        b"",
    ],
    ids=["no HTTP", "an error", "no request id", "half an event", "nothing"],
)
def test_garbage_from_the_runtime_api_ends_it_with_an_error(api, start, answer: bytes):
    api.misbehave("/next", answer)
    function = start("push")
    assert function.ended() == 1
    assert [line["level"] for line in function.lines()] == ["FATAL"]
    assert "the Lambda Runtime API failed" in function.lines()[0]["message"]


def test_a_runtime_api_that_fails_to_take_the_answer_ends_it_with_an_error(api, start, stack):
    function = start("push", **stack.environment())
    api.misbehave("/response", b"HTTP/1.1 500 Error\r\nContent-Length: 0\r\n\r\n")
    api.invoke(batch())
    assert function.ended() == 1
    assert function.lines()[-1]["level"] == "FATAL"


def test_without_a_stack_it_does_not_start(api, start):
    function = start("push", ECRMIRROR_STACK="")
    assert function.ended() == 1
    assert "ECRMIRROR_STACK" in api.init_error["errorMessage"]
