"""Lambda: where and how a function logs; a permission that was added answers 201.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html (plain text to /aws/lambda/<name> by
default)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.awslambda.responses import LambdaResponse

from ..extend import replaces


@replaces(LambdaFunction, "__init__")
def create(
    original: Callable[..., None], function: LambdaFunction, account_id: str, spec: Any, *rest: Any, **options: Any
) -> None:
    function.logging_config = _with_defaults(spec["FunctionName"], spec.get("LoggingConfig"))
    original(function, account_id, spec, *rest, **options)


@replaces(LambdaFunction)
def update_configuration(
    original: Callable[..., dict[str, Any]], function: LambdaFunction, config_updates: dict[str, Any]
) -> dict[str, Any]:
    if "LoggingConfig" in config_updates:
        function.logging_config = _with_defaults(function.function_name, config_updates["LoggingConfig"])
    return original(function, config_updates)


@replaces(LambdaFunction)
def get_configuration(
    original: Callable[..., dict[str, Any]], function: LambdaFunction, on_create: bool = False
) -> dict[str, Any]:
    return {**original(function, on_create), "LoggingConfig": function.logging_config}


def _with_defaults(function_name: str, wish: dict[str, str] | None) -> dict[str, str]:
    config = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{function_name}", **(wish or {})}
    if config["LogFormat"] == "JSON":
        return {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO", **config}
    return config


@replaces(LambdaResponse)
def add_permission(original: Callable[..., str], response: Any) -> tuple[int, dict[str, Any], str]:
    return 201, {"status": 201}, original(response)
