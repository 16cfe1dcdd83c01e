"""What keeps a test that hangs from holding up all others: the watch over Swift's, and the check of the text."""

import contextlib
import importlib.machinery
import importlib.util
import subprocess
import time
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent.parent


def watched(script: str, silence: float) -> subprocess.CompletedProcess:
    command = [REPOSITORY / "scripts/watch-tests", "--silence", str(silence), "sh", "-c", script]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("status", [0, 3])
def test_a_run_that_ends_has_its_own_status_and_words(status):
    run = watched(f"echo '◇ Test one() started.'; echo '✔ Test one() passed after 0.1 seconds.'; exit {status}", 60)
    assert (run.returncode, run.stdout.count("\n")) == (status, 2)


def test_a_run_in_which_a_test_hangs_is_ended_and_the_test_named(tmp_path):
    lines = [
        '◇ Test "It ends" started.',
        '✔ Test "It ends" with 2 test cases passed after 0.1 seconds.',
        '◇ Test "It waits for ever" started.',
        "◇ Test broken() started.",
        "✘ Test broken() failed after 0.2 seconds with 1 issue.",
    ]
    file = tmp_path / "said"
    file.write_text("\n".join(lines) + "\n")
    run = watched(f"cat {file}; sleep 600 & echo $! > {tmp_path}/child; wait", 2)
    assert run.returncode == 124
    said = run.stdout.rpartition("Those that began and did not:\n")[2]
    assert said == '  "It waits for ever"\n'
    # A signal takes a moment to arrive on a busy machine.
    child = (tmp_path / "child").read_text().strip()
    deadline = time.monotonic() + 120
    while words_of(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not words_of(child)


def words_of(pid: str) -> bytes:
    """The words that a process was started with; none where there is no such process, or only its remains."""
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def check_waits():
    loader = importlib.machinery.SourceFileLoader("check_waits", str(REPOSITORY / "scripts/check-waits"))
    spec = importlib.util.spec_from_loader("check_waits", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "text",
    [
        "    while try await !isTrue() { try await Task.sleep(for: .milliseconds(1)) }",
        "  while true {\n    if done { return }\n    usleep(1000)\n  }",
        "    for await _ in arrived { break }",
        "    process.waitUntilExit()",
        "    await withCheckedContinuation { waiter = $0 }",
        "    let data = pipe.fileHandleForReading.readDataToEndOfFile()",
    ],
)
def test_a_wait_without_an_end_in_swift_is_refused(text):
    assert list(check_waits().swift(text))


@pytest.mark.parametrize(
    "text",
    [
        '    try await waitFor("the job") { try await queue.job(id) != nil }',
        "  while true {\n    guard .now < deadline else { break }\n    usleep(1000)\n  }",
        "    for await row in group { #expect(row) }",
        "    while let row = rows.next() {\n      add(row)\n    }",
    ],
)
def test_a_wait_with_an_end_in_swift_is_taken(text):
    assert not list(check_waits().swift(text))


@pytest.mark.parametrize(
    "text",
    [
        "while not done():\n    time.sleep(0.1)",
        "process.wait()",
        "process.communicate()",
        "thread.join()",
        "queue.get()",
        "subprocess.run(['x'], check=True)",
        "urllib.request.urlopen(request)",
        "select.select([a], [], [])",
    ],
)
def test_a_wait_without_an_end_in_python_is_refused(text):
    assert list(check_waits().python(text))


@pytest.mark.parametrize(
    "text",
    [
        "while not done():\n    assert time.monotonic() < deadline\n    time.sleep(0.1)",
        "process.wait(5)",
        "process.communicate(timeout=5)",
        "', '.join(words)",
        "words.get('x')",
        "subprocess.run(['x'], timeout=60)",
        "account.run('x')",
    ],
)
def test_a_wait_with_an_end_in_python_is_taken(text):
    assert not list(check_waits().python(text))
