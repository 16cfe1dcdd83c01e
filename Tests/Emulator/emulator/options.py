"""The command line."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from .settings import Settings, settings

FLOATS = ("state_delay", "task_start", "time_scale", "credential_lifetime", "submit_rate", "put_image_rate")


@dataclass(frozen=True)
class Options:
    port: int
    account: str
    region: str
    log_level: str
    until_stdin_closes: bool
    real_names: bool


def parse(arguments: Sequence[str]) -> Options:
    """Reads the command line; what is a setting goes into `settings`."""
    parser = argparse.ArgumentParser(prog="python -m emulator", description="AWS on loopback, for tests and a demo.")
    parser.add_argument("--port", type=int, default=0, help="at 127.0.0.1; 0, the default, lets the kernel choose")
    parser.add_argument("--account", default="123456789012", help="the account's 12 digits")
    parser.add_argument("--region", default="us-east-1", help="the region of what has none of its own")
    parser.add_argument("--log-level", default="WARNING", help="of what goes to standard error")
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="end with standard input, so with whoever holds it open"
    )
    parser.add_argument(
        "--real-names", action="store_true", help="be AWS under its real names too, behind a proxy with TLS"
    )
    pair = "IMAGE=PATH"
    parser.add_argument(
        "--image", type=key_value, action="append", default=[], metavar=pair, help="folder of executables for an image"
    )
    parser.add_argument(
        "--function", type=key_value, action="append", default=[], metavar=pair, help="executable of a function's image"
    )
    parser.add_argument(
        "--environment", type=key_value, action="append", default=[], metavar="NAME=VALUE", help="for jobs, functions"
    )
    for name in FLOATS:
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=getattr(Settings, name))
    given = parser.parse_args(arguments)
    try:
        settings.change(
            {
                "images": dict(given.image),
                "functions": dict(given.function),
                "environment": dict(given.environment),
                **{name: getattr(given, name) for name in FLOATS},
            }
        )
    except ValueError as error:
        parser.error(str(error))
    settings.keep()
    return Options(given.port, given.account, given.region, given.log_level, given.until_stdin_closes, given.real_names)


def key_value(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return key, value
