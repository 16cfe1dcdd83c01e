"""The dashboard as a person meets it: real programs, a real terminal, real registries."""

import base64
import re
import signal

import pytest

from lab.images import make_image
from support import skopeo
from support.proxy import Hold, never
from support.screen import Screen

LEFT = b"\x1b[?1049l"  # back to the screen that was there before


def add_mirror(account, source, destination, client) -> tuple[str, str]:
    client(source).push(make_image("app"), "team/app", "1.0")
    origin, copy = f"{source.host}/team/app:1.0", f"{destination.host}/copy/app:1.0"
    account.ecrmirror("add", origin, copy)
    return origin, copy


@pytest.fixture
def mirror(account, source, destination, client):
    """One mirror of an image that is missing at the destination: its source and destination."""
    return add_mirror(account, source, destination, client)


@pytest.fixture
def mirror_anywhere(anywhere, source, destination, client):
    """The same, on this machine or in a stack."""
    return add_mirror(anywhere, source, destination, client)


def test_a_key_press_mirrors_an_image(anywhere, mirror_anywhere):
    origin, copy = mirror_anywhere
    with anywhere.screen() as screen:
        screen.wait("unknown")
        screen.press("c")
        screen.wait(re.compile(r"> .*missing"))
        screen.press("m")
        screen.wait(re.compile(r"> .*in-sync"))
        assert skopeo.digest(copy) == skopeo.digest(origin)
        screen.press("l")
        screen.wait("Log of attempt 1")
        screen.wait("copied")
        screen.press("Escape", "2")
        screen.wait("done 1")
        screen.press("3")
        screen.wait("copied 1")
        screen.press("Enter")
        screen.wait("outcome copied")
        screen.press("8")
        screen.wait(re.compile(r"copied \S+ 1 in the last 24 hours"))
        screen.wait(re.compile(r"> .*done .*took \d"))
        screen.press("q")
        assert screen.wait_for_end() == 0
        assert screen.is_sane
        assert LEFT in screen.raw


def test_platforms_a_look_from_the_form_a_retry_and_a_run(account, mirror):
    origin, copy = mirror
    with account.screen(rows=40, columns=120) as screen:
        screen.wait("unknown")
        screen.press("m")
        screen.wait(re.compile(r"> .*in-sync"))
        screen.press("Enter", "P")
        screen.wait(re.compile(r"linux/amd64 .* = same"))
        screen.press("q", "a", origin, "C-o")
        screen.wait(re.compile(r"found: .*platforms: linux/amd64"))
        screen.press("Escape")
        screen.wait(lambda screen: "Add a mirror" not in screen.text)
        screen.press("2", "R")
        screen.wait("done 2")
        screen.press(":run", "Enter")
        screen.wait("run is not available in the view Jobs")
        screen.press("Escape")
        screen.wait(lambda screen: "is not available" not in screen.text)
        screen.press("1", ":run", "Enter")
        screen.answer("y")
        screen.wait("nothing to copy; in-sync 1")
        screen.press("4")
        screen.wait(re.compile(r"run +1 +0 +0"))
    assert copy in account.states()


def test_it_goes_on_while_a_registry_hangs(account, proxy, mirror):
    dead = proxy()
    dead.when(never)
    account.ecrmirror("add", f"{dead.host}/team/hangs:1", f"{dead.host}/copy/hangs:1")
    with account.screen() as screen:
        screen.wait("unknown")
        screen.press("C")
        screen.wait("checking")
        screen.press("2")
        screen.wait("no jobs yet")
        screen.press("1", "/", "team/app", "Enter")
        screen.wait("1 of 2")
        screen.press("Escape")
        screen.wait(lambda screen: "1 of 2" not in screen.text)
        screen.press("Escape")
        screen.wait("was stopped")
        assert "checking" not in screen.lines[0]
        screen.press("q")
        assert screen.wait_for_end() == 0


@pytest.mark.parametrize("answer", ["y", "n", ""])
def test_a_folder_without_a_store_gets_one_after_a_question(account, answer):
    with account.screen(has_store=False) as screen:
        screen.wait(f"There is no store in {account.store}"[:70])
        screen.press(answer, "Enter")
        if answer == "y":
            screen.wait("no mirrors yet: press a to add one")
            screen.press("q")
        assert screen.wait_for_end() == (0 if answer == "y" else 1)
    assert account.store.exists() == (answer == "y")


def test_rows_are_added_edited_switched_off_and_deleted(anywhere):
    def entries():
        return anywhere.ecrmirror("status", "--json").json["entries"]

    with anywhere.screen() as screen:
        screen.wait("no mirrors yet: press a to add one")
        screen.press("a", "docker.io/library/", "Enter")
        screen.wait("is not an image reference")
        screen.press("alpine:3.20", "Tab", "127.0.0.1:5000/alpine", "Enter")
        screen.wait("added docker.io/library/alpine:3.20")
        screen.wait(re.compile("> .*alpine:3.20"))
        screen.press("e", " 127.0.0.1:5001/alpine", "Enter")
        screen.wait("changed docker.io/library/alpine:3.20")
        assert [d["reference"] for d in entries()[0]["destinations"]] == [
            "127.0.0.1:5000/alpine:3.20",
            "127.0.0.1:5001/alpine:3.20",
        ]
        screen.press("x")
        screen.wait(re.compile("> .*disabled"))
        screen.wait("disabled docker.io/library/alpine:3.20; U undoes it")
        assert entries()[0]["enabled"] is False
        screen.press("U")
        screen.wait("undone: disabled docker.io/library/alpine:3.20")
        assert entries()[0]["enabled"] is True
        screen.press("D")
        screen.wait("Delete 1 mirror?")
        screen.answer("Enter")
        screen.wait("nothing was done")
        assert len(entries()) == 1
        screen.press("D")
        screen.answer("y")
        screen.wait("no mirrors yet")
        assert entries() == []


def test_read_only_changes_nothing(anywhere, mirror_anywhere):
    with anywhere.screen("--read-only") as screen:
        screen.wait("READ-ONLY")
        for key in ("m", "M", "c", "C", "a", "e", "x", "X", "U", "D", "K"):
            screen.press(key)
            screen.wait("this dashboard is read-only")
            screen.press("Escape")
            screen.wait(lambda screen: "this dashboard is read-only" not in screen.text)
    assert anywhere.states() == {mirror_anywhere[1]: "unknown"}
    assert anywhere.jobs() == []


def test_two_dashboards_on_one_store_show_the_same(anywhere, mirror_anywhere):
    with anywhere.screen() as one, anywhere.screen(rows=50, columns=200) as other:
        one.wait("unknown")
        other.wait("unknown")
        one.press("m")
        other.wait(re.compile("> .*in-sync"))
        other.press("x")
        one.wait(re.compile("> .*disabled"))


def test_what_a_filter_leaves_is_marked_mirrored_and_queued_once_more(anywhere, source, destination, client):
    for tag in ("1.0", "1.1", "2.0"):
        # Tags of one image would be copied once, and set the other time.
        client(source).push(make_image(tag), "team/app", tag)
        anywhere.ecrmirror("add", f"{source.host}/team/app:{tag}", f"{destination.host}/copy/app")
    with anywhere.screen(columns=120) as screen:
        screen.wait("unknown 3")
        screen.press("/", "!2.0", "Enter")
        screen.wait("2 of 3")
        screen.press("*")
        screen.wait("2 marked")
        screen.press("m")
        screen.wait("Copy 2 images, at most")
        screen.answer("Enter")
        screen.wait(re.compile(r"in-sync 2 "))
        assert client(destination).digest("copy/app", "2.0") is None
        # The job of one of them, its log to the end, and the same job once more.
        screen.press("2")
        screen.wait("done 2")
        screen.press("Enter")
        screen.wait("copied and verified")
        screen.press("q", "R")
        screen.wait("done 3")
        # What was done, from everybody's history to one mirror's.
        screen.press("3")
        screen.wait("copied 1")
        screen.press("1", "Enter")
        screen.wait("History")
        screen.wait("copied 1")
        screen.press("q", "q")
        screen.wait("Mirrors")
    assert len(anywhere.jobs()) == 3


def test_a_job_is_cancelled_with_a_confirmation_that_names_it(anywhere, source, destination, client, proxy):
    front = proxy(source.host)
    hold = Hold()
    client(source).push(make_image("app"), "team/app", "1.0")
    front.when(hold, method="GET", path="/blobs/")
    origin = f"{front.host}/team/app:1.0"
    anywhere.ecrmirror("add", origin, f"{destination.host}/copy/app")
    with anywhere.screen() as screen:
        screen.wait("unknown")
        screen.press("m")
        hold.wait_until_reached()
        screen.wait("copying")
        screen.press("K")
        screen.wait("Cancel 1 job?")
        screen.wait(origin)
        screen.answer("y")
        anywhere.wait_for_job("CANCELLED")
        screen.wait(re.compile("> .*missing"))


@pytest.mark.parametrize("rows, columns", [(24, 80), (50, 200), (10, 40), (5, 20)])
def test_it_fits_the_terminal_whatever_its_size(account, mirror, rows, columns):
    with account.screen(rows=rows, columns=columns) as screen:
        screen.wait("unknown")
        screen.resize(4, 19)
        screen.wait("too small: 19x4")
        screen.resize(rows, columns)
        screen.wait("unknown")
        screen.press("?")
        screen.wait("Keys of the view M")
        screen.press("q", "q")
        assert screen.wait_for_end() == 0


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "vt100"}])
def test_without_colours_it_writes_none(account, mirror, variables):
    with account.screen(**variables) as screen:
        screen.wait("unknown")
        assert not re.search(rb"\x1b\[(\d+;)*[34]\d(;\d+)*m", bytes(screen.raw))


def test_without_utf8_it_writes_ascii(account, mirror):
    with account.screen(LANG="C", LC_ALL="C") as screen:
        screen.wait("unknown")
        assert bytes(screen.raw).isascii()


def test_what_is_no_terminal_for_it_is_said(account):
    with account.screen(TERM="dumb") as screen:
        assert screen.wait_for_end() != 0
        assert "cannot move its cursor" in screen.text and "ecrmirror --linear" in screen.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_with_the_terminal_given_back(account, mirror, number):
    with account.screen() as screen:
        screen.wait("unknown")
        screen.signal(number)
        assert screen.wait_for_end() == 0
        assert screen.is_sane
        assert LEFT in screen.raw


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGILL, signal.SIGABRT, signal.SIGBUS])
def test_a_crash_gives_the_terminal_back(account, mirror, number):
    with account.screen() as screen:
        screen.wait("unknown")
        screen.signal(number)
        assert screen.wait_for_end() == -number
        assert screen.is_sane
        assert LEFT in screen.raw


def test_a_closed_terminal_ends_it(account, mirror):
    screen = account.screen()
    screen.wait("unknown")
    screen.hang_up()
    account.wait_for(lambda: not account.processes("ecrmirror --local"), "the end of the dashboard")


def test_it_stops_and_goes_on_as_the_shell_says(account, mirror):
    program = account.programs / "ecrmirror"
    environment = {**account.environment, "PS1": "prompt> "}
    with Screen(["bash", "--norc", "--noprofile", "-i"], environment, account.folder, 24, 80) as screen:
        screen.wait("prompt>")
        screen.press(f"{program} --local {account.store}", "Enter")
        screen.wait(" m mirror ")
        screen.press("C-z")
        screen.wait("Stopped")
        assert LEFT in screen.raw
        screen.press("fg", "Enter")
        screen.wait(re.compile("^> .*unknown", re.MULTILINE))
        screen.press("q")
        screen.wait(lambda screen: screen.lines[screen.cursor[0]].startswith("prompt>"))


def test_what_rows_hold_cannot_steer_the_terminal(account, source):
    evil = account.folder / "evil.json"
    evil.write_text('[{"source": "x.io/a:1", "destinations": ["x.io/b:1"]}]')
    account.ecrmirror("import", evil)
    with account.screen() as screen:
        screen.wait("x.io/a:1")
        screen.press("/", "\x1b[200~\x9b31m\x1b[201~", "Enter")
        screen.wait("nothing matches")
        assert b"\x9b31m" not in screen.raw


def test_a_reference_is_copied_to_the_clipboard_of_the_terminal(account, mirror):
    encoded = base64.b64encode(mirror[0].encode())
    with account.screen() as screen:
        screen.wait("unknown")
        screen.press("y")
        screen.wait("copied")
        screen.wait(lambda screen: b"\x1b]52;c;" + encoded + b"\x07" in screen.raw)
    with account.screen(TMUX="/tmp/none,1,0") as screen:
        screen.wait("unknown")
        screen.press("y")
        screen.wait(lambda screen: b"\x1bPtmux;\x1b\x1b]52;c;" + encoded + b"\x07\x1b\\" in screen.raw)


def test_the_mouse_is_off_unless_the_configuration_turns_it_on(account, mirror):
    account.ecrmirror("add", "127.0.0.1:9/z/z:1", "127.0.0.1:9/copy/z")
    with account.screen() as screen:
        screen.wait("unknown")
        assert b"1000h" not in screen.raw
    account.configure("dashboard:\n  mouse: true\n")
    with account.screen() as screen:
        screen.wait("unknown")
        screen.wait(lambda screen: b"1006h" in screen.raw)
        press, release = "\x1b[<0;5;6M", "\x1b[<0;5;6m"
        screen.press(press, release)
        screen.wait(re.compile(r"^> .*z/z:1", re.MULTILINE))
        screen.press(press, release, press, release)
        screen.wait(re.compile(r"source +127.0.0.1:9/z/z:1"))


def test_how_it_was_looked_at_is_remembered_for_each_installation(account, mirror):
    with account.screen() as screen:
        screen.wait("unknown")
        screen.press(":sort source", "Enter", "W", "2")
        screen.wait("no jobs yet")
        screen.press("q")
        assert screen.wait_for_end() == 0
    with account.screen() as screen:
        screen.wait("no jobs yet")
        screen.press("1")
        screen.wait("SOURCE▲")
        screen.press(":", "Up")
        screen.wait(":sort source")
    other = account.folder / "other"
    account.run("ecrmirror", "--local", other, "import", "-", "--format", "csv")
    with account.screen("--local", other) as screen:
        screen.wait("no mirrors yet")
        screen.wait("STATE▼")


def test_a_mistake_in_its_configuration_is_named_with_file_and_line(account):
    account.configure("dashboard:\n  theme: light\n  keys:\n    mirror: [c]\n")
    with account.screen() as screen:
        assert screen.wait_for_end() == 1
        assert "config.yaml, line 4: the key c is bound to both" in screen.text.replace("\n", "")


def test_keys_and_production_follow_the_configuration(account, mirror):
    account.configure(f"dashboard:\n  production: [{account.store}]\n  keys:\n    delete: [F5]\n    check: [F6]\n")
    with account.screen() as screen:
        screen.wait("PRODUCTION")
        # The first picture may come before the rows do.
        screen.wait("unknown")
        screen.press("D")
        screen.wait("unknown key D")
        screen.press("\x1b[15~")
        screen.wait('Type "delete 1" to confirm')
        screen.answer("delete 1", "Enter")
        screen.wait("no mirrors yet")
        assert account.states() == {}


def test_the_screen_and_a_log_are_written_to_files(account, mirror):
    with account.screen() as screen:
        screen.wait("unknown")
        screen.press(":dump screen.txt", "Enter")
        screen.wait("wrote")
        assert mirror[0][-10:] in (account.folder / "screen.txt").read_text()
        screen.press(":dump screen.txt", "Enter")
        screen.wait("a file with that name exists")
        screen.press("m")
        screen.wait(re.compile(r"> .*in-sync"))
        screen.press("l")
        screen.wait("copied")
        screen.press("/copied", "Enter")
        screen.wait("n: next copied")
        screen.press(":save-log job.log", "Enter")
        screen.wait("wrote")
        assert "copied" in (account.folder / "job.log").read_text()


def test_as_plain_lines_it_needs_no_screen(account, mirror):
    _, copy = mirror
    with account.screen("--linear", TERM="dumb") as screen:
        screen.wait("Mirrors, 1. unknown 1.")
        screen.press("mirror", "Enter")
        screen.wait("queued 1 job")
        account.wait_for(lambda: account.states() == {copy: "in-sync"}, "the copy")
        screen.press("history", "Enter")
        screen.wait("copied 1")
        screen.press("activity", "Enter")
        screen.wait("In the last 24 hours: copied 1, failed 0.")
        screen.press("quit", "Enter")
        assert screen.wait_for_end() == 0
        assert b"\x1b" not in screen.raw
    said = account.ecrmirror("--linear", stdin="jobs\nquit\n")
    # A script is not answered before there is something to tell.
    assert "Jobs, 1." in said.stdout and "being read" not in said.stdout.partition("Jobs, 1.")[2]


def test_a_store_that_was_deleted_has_its_own_words_and_a_way_on(account, mirror):
    with account.screen() as screen:
        screen.wait("unknown")
        database = account.store / "mirrors.db"
        database.rename(account.store / "elsewhere")
        screen.wait(re.compile(r"not found, retrying in \d+s"))
        screen.wait("restore it")
        (account.store / "elsewhere").rename(database)
        screen.wait(lambda screen: "retrying" not in screen.text and "live" in screen.lines[0])
        screen.wait("working again after")
        screen.press("q")
        assert screen.wait_for_end() == 0
