"""Every request against the API model of its service, before moto sees it.

moto takes unknown parameters, values outside of an enum, lengths and patterns that AWS refuses. Here the service's own
error is the answer, so that Terraform fails as it would on AWS.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError
from moto.core.model import OperationModel
from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model

from ..calls import Call, model_name
from .constraints import check
from .decode import Reading, Undecodable, request_parameters
from .errors import code_for, message_for


class Read(NamedTuple):
    """A request that was read: its operation, the protocol it came by, its parameters by their names in the model."""

    operation: OperationModel
    protocol: str
    parameters: dict[str, Any]
    reading: Reading


class Refusal(NamedTuple):
    """The error that AWS answers."""

    code: str
    message: str
    status: int = 400


def read(call: Call, request: Request) -> Read | Refusal:
    """The parameters of a request, or the refusal of one that its model does not know (501 for an unreadable one)."""
    try:
        service = get_service_model(model_name(call.service))
    except UnknownServiceError:
        return _lacks(f"the API of {call.service}")
    # before any look at the form, which would use the body up
    request.get_data()
    protocol = _protocol(service, request)
    path_parameters: Mapping[str, Any] = {}
    try:
        if protocol.startswith("rest-"):
            operation, path_parameters = get_service_router(service.service_name).match(request)
        else:
            operation = service.operation_model(call.action)
    except OperationNotFoundError:
        return Refusal("InvalidAction", f"Could not find operation {call.action} for {call.service}")
    except Exception:  # the router raises whatever werkzeug and moto do
        return _lacks(f"{call.service} {request.method} {request.path}")
    reading = Reading()
    try:
        parameters = request_parameters(operation, protocol, request, path_parameters, reading)
    except Undecodable as error:
        return _lacks(f"{call.service}:{call.action} in this form: {error}")
    return Read(operation, protocol, parameters, reading)


def refuse(call: Call, found: Read) -> Refusal | None:
    """The error for a request that breaks its model."""
    if found.operation.input_shape is not None:
        check(found.operation.input_shape, found.parameters, "", found.reading)
    findings = found.reading.findings
    if not findings:
        return None
    return Refusal(code_for(call.service, findings[0]), message_for(findings))


def _protocol(service: Any, request: Request) -> str:
    """From the request, as CloudWatch speaks three; only what no header tells is taken from the model."""
    if request.headers.get("smithy-protocol"):
        return request.headers["smithy-protocol"]
    if "X-Amz-Target" in request.headers:
        return "json"
    protocols = service.metadata.get("protocols", [service.protocol])
    if "ec2" in protocols:
        return "ec2"
    if "query" in protocols and ("Action" in request.form or "Action" in request.args):
        return "query"
    return str(service.protocol)


def _lacks(what: str) -> Refusal:
    # 501 is not retried, so that Terraform says at once what the emulator lacks
    return Refusal("NotImplemented", f"the emulator lacks {what}", 501)
