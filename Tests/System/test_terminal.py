"""What comes from a terminal and is no key: a person's rows stay as they are, whoever sends it."""

import json
import re
import time

import pytest

DELETES_ALL = b"*Ddelete 50\r"


@pytest.fixture
def rows(account):
    """Fifty rows; what tells how many are left, and of them how many are enabled."""
    entries = [{"source": f"x.io/app-{n:02}:1", "destinations": [f"y.io/app-{n:02}:1"]} for n in range(50)]
    file = account.folder / "rows.json"
    file.write_text(json.dumps(entries))
    account.ecrmirror("import", file)

    def count() -> tuple[int, int]:
        left = account.ecrmirror("status", "--json").json["entries"]
        return len(left), sum(entry["enabled"] for entry in left)

    assert count() == (50, 50)
    return count


def moves(screen) -> None:
    """Keys work, and nothing is asked."""
    time.sleep(1.2)  # What may have begun is given up by then.
    screen.press("Escape", "Escape", "1", "G")
    screen.wait(re.compile("^>.*app-49", re.MULTILINE))
    screen.press("g")
    screen.wait(re.compile("^>.*app-00", re.MULTILINE))
    assert "Delete" not in screen.text


@pytest.mark.parametrize(
    "sent",
    [
        b"\x1b]0;" + DELETES_ALL + b"\x07",
        b"\x1b]0;" + DELETES_ALL + b"\x1b\\",
        b"\x1bP>|XTerm(390)" + DELETES_ALL + b"\x1b\\",
        b"\x1b_" + DELETES_ALL + b"\x1b\\",
        b"\x1bX" + DELETES_ALL + b"\x1b\\",
        b"\x1b^" + DELETES_ALL + b"\x1b\\",
        b"\x1b[M*DD\x1b[Mxxx\x1b[MDDD",
        b"\x1b[?64;1;2c\x1b[3;5~\x1b[27;5;68~\x1b[24;80R",
        b"\x1b[200~" + DELETES_ALL + b"\x1b[201~",
    ],
)
@pytest.mark.parametrize("pause", [None, 0.002, 0.02])
def test_what_a_program_makes_the_terminal_send_changes_no_row(account, rows, sent, pause):
    with account.screen() as screen:
        screen.wait("app-00")
        if pause is None:
            screen.send(sent)
        else:
            for piece in re.findall(rb".{1,3}", sent, re.DOTALL):
                screen.send(piece)
                time.sleep(pause)
        moves(screen)
    assert rows() == (50, 50)


@pytest.mark.parametrize("sent", [DELETES_ALL, b"xx*x", b":mark-all\r:delete\rdelete 50\r", b"*Dy"])
def test_plain_keys_in_one_burst_change_no_row(account, rows, sent):
    with account.screen() as screen:
        screen.wait("app-00")
        screen.send(sent)
        moves(screen)
    assert rows() == (50, 50)


def test_a_late_answer_in_two_parts_is_no_key(account, rows):
    with account.screen() as screen:
        screen.wait("app-00")
        for tail in (b"P>|tmux 3.5D\x1b\\", b"]11;rgb:0000/DDDD\x07", b"[?64;3;4D", b"[MDDD"):
            screen.send(b"\x1b")
            time.sleep(0.2)  # It is taken for the key Esc by then.
            screen.send(tail)
        moves(screen)
    assert rows() == (50, 50)


def test_a_question_takes_nothing_that_was_typed_ahead(account, rows):
    with account.screen() as screen:
        screen.wait("app-00")
        screen.press("*")
        screen.wait("50 marked")
        screen.send(b"D")
        screen.wait_until_read()
        screen.send(b"delete 50\r")
        # Read together they are a burst, of which nothing is obeyed; apart, the rest was typed ahead of the question.
        screen.wait(re.compile('Type "delete 50" to confirm|D arrived in a burst'))
        screen.settle()
        assert rows() == (50, 50)
        if "burst" in screen.text:
            screen.press("D")
        # The same words after it was read are an answer.
        screen.answer("C-u", "delete 50", "Enter")
        screen.wait("no mirrors yet")
    assert rows() == (0, 0)


@pytest.mark.parametrize("ending", ["^C", "a pause"])
def test_a_paste_that_never_ends_leaves_keys_working(account, rows, ending):
    with account.screen() as screen:
        screen.wait("app-00")
        screen.send(b"\x1b[200~" + DELETES_ALL)
        if ending == "^C":
            screen.send(b"\x03")
            assert screen.wait_for_end() == 0
        else:
            moves(screen)
    assert rows() == (50, 50)


def test_plain_lines_take_no_sequence_for_a_command(account, rows):
    with account.screen("--linear", TERM="dumb") as screen:
        screen.wait("Mirrors, 50.")
        screen.send(b"\x1b]0;title\rmark-all\rdelete\rdelete 50\r\x07\r")
        screen.wait("Skipped: a line")
        screen.settle(1)
        screen.press("mark-all", "Enter")
        screen.wait("marked")
        # Typed ahead of the question, all at once.
        screen.send(b"delete\rdelete 50\r")
        screen.wait("Type delete 50")
        screen.settle()
        assert rows() == (50, 50)
        screen.press("delete 50", "Enter")
        account.wait_for(lambda: rows() == (0, 0), "the rows to go")
