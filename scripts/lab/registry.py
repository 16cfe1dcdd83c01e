"""Real registries (Debian's docker-registry) on loopback ports that the kernel chooses."""

import json
import re
import shutil
import subprocess
import time
from collections import Counter
from pathlib import Path

from .processes import die_with_parent, stop

STARTS_WITHIN = 20.0  # seconds; a watchdog for a loaded machine: it takes about 0.1


class Registry:
    """docker-registry with its blobs, configuration and log in `folder`; `host` is `127.0.0.1:PORT`."""

    def __init__(self, folder: Path, *, copy_of: "Registry | None" = None, **configuration):
        """`configuration` is merged over the defaults, section by section (`auth=…`, `http=…`, `compatibility=…`).

        `copy_of` is a registry whose images this one has from the start.
        """
        self.data = folder / "data"
        folder.mkdir(parents=True, exist_ok=True)
        if copy_of:
            shutil.copytree(copy_of.data, self.data)
        settings = {
            "version": "0.1",
            "log": {"level": "info", "accesslog": {"disabled": True}},
            "storage": {
                "filesystem": {"rootdirectory": str(self.data)},
                "delete": {"enabled": True},
                "cache": {"blobdescriptor": "inmemory"},
            },
            # Port 0: the log tells which port the kernel gave.
            "http": {"addr": "127.0.0.1:0"},
        }
        for section, values in configuration.items():
            settings[section] = {**settings.get(section, {}), **values}
        # JSON is YAML too.
        (folder / "config.yml").write_text(json.dumps(settings))
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                ["docker-registry", "serve", str(folder / "config.yml")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A session of its own: ^C in the terminal is for the program on the screen.
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self.host = self._wait_for_address()

    def _wait_for_address(self) -> str:
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            if found := re.search(r"listening on (127\.0\.0\.1:\d+)", self.log.read_text(errors="replace")):
                return found.group(1)
            if self._process.poll() is not None:
                break
            time.sleep(0.01)
        words = self.log.read_text(errors="replace")
        self.stop()
        raise RuntimeError(f"docker-registry did not start; its log says:\n{words}")

    @property
    def pid(self) -> int:
        return self._process.pid

    def requests(self) -> Counter[tuple[str, str]]:
        """How often each (method, path) was asked for, where `log={"accesslog": {"disabled": False}}` was given."""
        pattern = re.compile(r'^\S+ - \S+ \[[^]]*\] "([A-Z]+) (\S+) HTTP', re.MULTILINE)
        return Counter(pattern.findall(self.log.read_text(errors="replace")))

    def stop(self) -> None:
        stop(self._process)

    def __enter__(self) -> "Registry":
        return self

    def __exit__(self, *_) -> None:
        self.stop()
