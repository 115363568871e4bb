"""Lambda: Invoke really runs the function's package, with Node.js and the credentials of its role.

moto needs a Docker engine for that. The function's AWS calls come back to this emulator, its DNS questions go to the
emulator's server. Only zip packages for Node.js run here; `NODE` names the interpreter.
Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html (errors of the function, FunctionError)
"""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from ..extend import replaces

log = logging.getLogger("emulated_aws")

RESULT = "emulated invocation: "

LAUNCHER = """
const [module, name, event, seconds] = process.argv.slice(1);
const deadline = Date.now() + Number(seconds) * 1000;
const context = { getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()) };
const say = (outcome) => { console.log(%s + JSON.stringify(outcome)); process.exit(0); };
Promise.resolve()
  .then(() => require(module)[name](JSON.parse(event), context))
  .then((result) => say({ result: result === undefined ? null : result }))
  .catch((error) => say({ error: { errorMessage: error.message, errorType: error.name } }));
""" % json.dumps(RESULT)

_addresses: dict[str, str] = {}


def listen_at(endpoint: str, dns: str) -> None:
    """Where functions find the emulated AWS and its DNS server."""
    _addresses.update(endpoint=endpoint, dns=dns)


@replaces(LambdaFunction, "_invoke_lambda")
def invoke_lambda(
    original: Callable[..., tuple[str, bool, str]], function: LambdaFunction, event: Any = None
) -> tuple[str, bool, str]:
    """The function's answer, whether it is an error, and what it printed."""
    if not str(function.run_time).startswith("nodejs"):
        raise NotImplementedError(f"only functions for Node.js run here, not {function.run_time}")
    module, name = function.handler.rsplit(".", 1)
    text = event if isinstance(event, str) else json.dumps(event or {})
    with tempfile.TemporaryDirectory(prefix="emulated-lambda-") as folder:
        with zipfile.ZipFile(io.BytesIO(function.code_bytes)) as package:
            package.extractall(folder)
        path = str(Path(folder) / module)
        command = [os.environ.get("NODE", "node"), "-e", LAUNCHER, "--", path, name, text, str(function.timeout)]
        try:
            done = subprocess.run(
                command, cwd=folder, env=_environment(function), capture_output=True, text=True, timeout=function.timeout
            )
        except subprocess.TimeoutExpired:
            return _failed({"errorMessage": f"Task timed out after {function.timeout} seconds"}, "")
    printed = done.stdout + done.stderr
    log.info("function %s: %s", function.function_name, printed)
    said = next((line for line in done.stdout.splitlines() if line.startswith(RESULT)), None)
    if said is None:
        reason = f"Runtime exited with error: exit status {done.returncode}"
        return _failed({"errorMessage": reason, "errorType": "Runtime.ExitError"}, printed)
    outcome = json.loads(said.removeprefix(RESULT))
    if "error" in outcome:
        return _failed(outcome["error"], printed)
    return json.dumps(outcome["result"]), False, printed


def _failed(error: dict[str, str], printed: str) -> tuple[str, bool, str]:
    return json.dumps(error), True, printed


def _environment(function: LambdaFunction) -> dict[str, str]:
    backend = sts_backends[function.account_id][get_partition(function.region)]
    role = backend.assume_role(
        region_name=function.region,
        role_session_name=function.function_name,
        role_arn=function.role,
        policy="",
        duration=3600,
        external_id="",
    )
    return {
        "PATH": os.environ.get("PATH", ""),
        **function.environment_vars,
        "AWS_ENDPOINT_URL": _addresses["endpoint"],
        "AWS_REGION": function.region,
        "AWS_ACCESS_KEY_ID": role.access_key_id,
        "AWS_SECRET_ACCESS_KEY": role.secret_access_key,
        "AWS_SESSION_TOKEN": role.session_token,
        "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": "true",
        "DNS_SERVERS": _addresses["dns"],
    }
