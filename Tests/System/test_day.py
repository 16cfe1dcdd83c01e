"""An operator's day at a small screen, counted in keys."""

import re

from lab.images import make_image
from support.proxy import Hold
from support.screen import Screen

ROWS = 2000


class Keys:
    """Presses keys and counts them; a text is one for each letter."""

    def __init__(self, screen: Screen):
        self.screen, self.count = screen, 0

    def press(self, *keys: str, text: str = "") -> None:
        self.count += len(keys) + len(text)
        self.screen.press(*keys, *text)

    def answer(self, key: str) -> None:
        self.count += 1
        self.screen.answer(key)

    def spent(self) -> int:
        count, self.count = self.count, 0
        return count


def test_a_day_takes_few_keys(account, source, destination, proxy, client):
    front, hold = proxy(source.host), Hold()
    image = make_image("app")
    client(source).push(image, "platform/observability/collector", "v1.0", "v1.1", "v1.2")
    client(destination).push(make_image("other"), "mirror/platform/observability/collector", "v1.0")
    names = [f"platform/observability/collector:v1.{number}" for number in range(4)]
    rows = [f"{front.host}/{name},{destination.host}/mirror/{name.split(':')[0]},,true" for name in names]
    # The rest of a large table, which somebody switched off.
    teams = ("payments", "search", "checkout-frontend", "identity")
    rest = (f"{teams[number % 4]}/service-{number:04}:2024.{number % 12 + 1}" for number in range(ROWS - len(rows)))
    rows += [f"{front.host}/{name},{destination.host}/mirror/{name.split(':')[0]},,false" for name in rest]
    (account.folder / "table.csv").write_text("source,destination,expires,enabled\n" + "\n".join(rows) + "\n")
    account.ecrmirror("import", "table.csv")
    assert front.count() <= 8, "what is disabled is not looked at"
    account.ecrmirror("check", exit=None)
    front.when(hold, method="GET", path="/blobs/")

    with account.screen() as screen:
        keys = Keys(screen)
        # The worst is where the cursor begins, and stands in full with what to do below the list.
        screen.wait(re.compile(r"> .*collector:v1\.3 +source-missing"))
        screen.wait("no such tag or repository at the source")
        assert keys.spent() == 0

        # The plan of everything, and back.
        keys.press("M")
        screen.wait(re.compile(r"Copy 3 mirrors|Copy .*3"))
        keys.answer("Escape")
        assert keys.spent() == 2

        # Two of them, marked, after a look at what it comes to.
        keys.press("Down", " ", " ", "m")
        screen.wait(re.compile(r"Copy .*2"))
        keys.answer("Enter")
        assert keys.spent() == 5
        hold.wait_until_reached()

        # One is stopped, and the other's log is read.
        keys.press("2")
        screen.wait("running 2")
        keys.press("K")
        keys.answer("y")
        screen.wait("cancelled 1")
        hold.release()
        screen.wait("done 1")
        assert keys.spent() == 3
        keys.press("g", "l")
        screen.wait("Log of attempt 1")
        keys.press("q")
        assert keys.spent() == 3

        # A slip, and back.
        keys.press("1", "u", "x")
        screen.wait("disabled 1997")
        screen.wait(re.compile(r"U\s+undoes\s+it"))
        keys.press("U")
        screen.wait("disabled 1996")
        assert keys.spent() == 4

        # One image, by any part of its name.
        keys.press("/", text="1234")
        screen.wait(re.compile(r"> .*service-1234:2024"))
        keys.press("Enter")
        screen.wait("1 of 2000")
        assert keys.spent() == 6
    there = client(destination)
    tags = ("v1.0", "v1.1", "v1.2")
    assert sum(there.digest("mirror/platform/observability/collector", tag) == image.digest for tag in tags) == 1
