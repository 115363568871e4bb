"""The whole emulator in the process of its tests, and clients of AWS's SDK that reach it."""

from __future__ import annotations

import logging
import os
import threading
from typing import Any

import boto3
from botocore.config import Config

from emulated_aws import __main__ as start

# a reset would load thousands of policies and images each time
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "false"
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
start.configure_moto("123456789012", "")

from moto.core.base_backend import BackendDict  # noqa: E402

from emulated_aws import pace, services  # noqa: E402, F401
from emulated_aws.application import Application  # noqa: E402
from emulated_aws.control import Control  # noqa: E402
from emulated_aws.server import listen  # noqa: E402
from emulated_aws.strict import boundaries, quotas  # noqa: E402
from tests.worlds import WORLDS  # noqa: E402

REGION = "eu-central-1"


class Emulator:
    def __init__(self) -> None:
        logging.disable(logging.CRITICAL)
        self.control = Control()
        self.application = Application(self.control)
        self.server = listen("127.0.0.1", 0, self.application)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, name: str, region: str = REGION) -> Any:
        """A client that leaves all checks to the emulator."""
        if (name, region) not in self._clients:
            self._clients[(name, region)] = boto3.client(
                name,
                region_name=region,
                endpoint_url=f"http://127.0.0.1:{self.server.port}",
                aws_access_key_id="AKIAAAAAAAAAAAAAAAAA",
                aws_secret_access_key="secret",
                config=Config(parameter_validation=False, retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
            )
        return self._clients[(name, region)]

    def with_worlds(self, *worlds: str) -> dict[str, Any]:
        """An account as new, with these worlds in it; returns the names of what they made."""
        BackendDict.reset()
        quotas.reset()
        boundaries.reset()
        names: dict[str, Any] = {"worlds": set()}
        for each in worlds:
            WORLDS[each](self.client, names)
        return names


emulator = Emulator()
