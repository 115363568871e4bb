"""Starts the emulated AWS: `python -m emulated_aws [--port N] [--account ID] [--registry-host HOST:PORT]`.

Prints one line of JSON `{"port": …, "dns": "host:port"}` when it is ready, logs to standard error, and ends when its
standard input does, so that it never outlives the process that started it.
"""

from __future__ import annotations

import argparse
import errno
import json
import logging
import os
import sys
import threading


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="emulated_aws", description="The emulated AWS of the rehearsal.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="TCP port; 0 takes a free one")
    parser.add_argument("--account", default="123456789012", help="account of callers without an assumed role")
    parser.add_argument("--registry-host", default="", help="host of image repositories instead of Amazon ECR's")
    return parser.parse_args()


def end_with_standard_input() -> None:
    """The parent holds the other end: its death, of whatever kind, closes it."""

    def wait() -> None:
        while os.read(0, 4096):
            pass
        os._exit(0)

    threading.Thread(target=wait, daemon=True, name="parent").start()


def configure_moto(account: str, registry_host: str) -> None:
    """Settings that moto reads while it is imported; hence before any other import."""
    os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    os.environ["EMULATED_REGISTRY_HOST"] = registry_host
    import moto.core
    import moto.core.models

    moto.core.models.DEFAULT_ACCOUNT_ID = account
    moto.core.DEFAULT_ACCOUNT_ID = account


def main() -> int:
    arguments = parse_arguments()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    end_with_standard_input()
    configure_moto(arguments.account, arguments.registry_host)

    from . import clock, domain_names, pace, services
    from .application import Application
    from .control import Control
    from .server import listen
    from .services import lambda_invoke

    control = Control()
    try:
        server = listen(arguments.host, arguments.port, Application(control))
    except OSError as error:
        reason = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be listened on: {error.strerror}"
        print(json.dumps({"error": f"port {arguments.port} of {arguments.host} {reason}"}), flush=True)
        return 1
    clock.run()
    dns = domain_names.start(control.names, arguments.host)
    lambda_invoke.listen_at(f"http://{arguments.host}:{server.port}", dns)
    print(json.dumps({"port": server.port, "dns": dns}), flush=True)
    # whatever moto prints from here on belongs to the log
    os.dup2(2, 1)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
