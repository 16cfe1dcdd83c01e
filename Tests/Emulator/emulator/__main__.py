"""`python -m emulator`: starts, says in one JSON line where it listens, and ends on SIGTERM or SIGINT."""

import asyncio
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
from pathlib import Path

from .options import Options, parse


def main() -> int:
    options = parse(sys.argv[1:])
    # A thread pool's thread that started it has signals blocked, and containers would inherit that.
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    # Until the server has its own handlers: leave through `finally`, so that the folder goes.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    folder = Path(tempfile.mkdtemp(prefix="ecrmirror-emulator-"))
    try:
        listener = listen(options.port)
        prepare(options, folder, listener.getsockname()[1])
        # Imported only now, for MiniStack reads the environment when it is imported.
        from .server import serve

        return asyncio.run(serve(listener, folder, options))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        sys.exit(f"emulator: cannot listen on 127.0.0.1:{port}: {error.strerror}")
    listener.listen(1024)
    return listener


def prepare(options: Options, folder: Path, port: int) -> None:
    """Puts the process into the state that MiniStack and what it starts shall see."""
    tempfile.tempdir = str(folder)
    # It misses a library that nothing here needs.
    logging.getLogger("kms").setLevel(logging.ERROR)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        {
            "AUTH": "true",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "IOT_MTLS_ENABLED": "0",
            "LOG_LEVEL": options.log_level,
            "MINISTACK_ACCOUNT_ID": options.account,
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": options.region,
            "S3_DATA_DIR": str(folder / "s3"),
            "SFTP_ENABLED": "0",
            "TMPDIR": str(folder),
            # No engine that MiniStack might find and start something with.
            "DOCKER_HOST": f"unix://{folder}/no-docker.sock",
        }
    )


if __name__ == "__main__":
    sys.exit(main())
