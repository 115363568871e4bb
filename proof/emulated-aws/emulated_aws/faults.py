"""Faults that a rehearsal injects: AWS errors in the service's own protocol, slow answers, cut connections."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from moto.core.model import OperationModel
from moto.core.request import determine_request_protocol
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from .calls import Call, model_name
from .extend import ApiError

_numbers = count(1)


@dataclass
class Fault:
    """What happens to the next `times` calls that match `service`, `action` and `access_key_id` (None matches any).

    With a `code` the call answers that AWS error and nothing else happens; `delay_milliseconds` makes it slow;
    `cut` closes the connection without an answer.
    """

    service: str | None
    action: str | None
    access_key_id: str | None
    code: str | None
    message: str
    status: int
    times: int
    delay_milliseconds: int
    cut: bool
    id: int = field(default_factory=lambda: next(_numbers))

    @staticmethod
    def of(wish: Mapping[str, Any]) -> Fault:
        """Raises ValueError when the wish has no effect or an unknown key."""
        known = {
            "service",
            "action",
            "accessKeyId",
            "code",
            "message",
            "status",
            "times",
            "delayMilliseconds",
            "cut",
        }
        unknown = sorted(set(wish) - known)
        if unknown:
            raise ValueError(f"unknown {', '.join(unknown)}; a fault has {', '.join(sorted(known))}")
        if not (wish.get("code") or wish.get("delayMilliseconds") or wish.get("cut")):
            raise ValueError("a fault needs code, delayMilliseconds or cut")
        return Fault(
            service=wish.get("service"),
            action=wish.get("action"),
            access_key_id=wish.get("accessKeyId"),
            code=wish.get("code"),
            message=wish.get("message", "injected by the rehearsal"),
            status=int(wish.get("status", 400)),
            times=int(wish.get("times", 1)),
            delay_milliseconds=int(wish.get("delayMilliseconds", 0)),
            cut=bool(wish.get("cut", False)),
        )

    def matches(self, call: Call) -> bool:
        return (
            self.times > 0
            and self.service in (None, call.service)
            and self.action in (None, call.action)
            and self.access_key_id in (None, call.access_key_id)
        )

    def entry(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "service": self.service,
            "action": self.action,
            "accessKeyId": self.access_key_id,
            "code": self.code,
            "message": self.message,
            "status": self.status,
            "times": self.times,
            "delayMilliseconds": self.delay_milliseconds,
            "cut": self.cut,
        }


class Faults:
    """The faults that are waiting for a call."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def entries(self) -> list[dict[str, Any]]:
        with self._lock:
            return [fault.entry() for fault in self._waiting]

    def take(self, call: Call) -> Fault | None:
        """The first fault that matches, counted down by one."""
        with self._lock:
            for fault in self._waiting:
                if fault.matches(call):
                    fault.times -= 1
                    self._waiting = [each for each in self._waiting if each.times > 0]
                    return fault
        return None


def error_answer(
    call: Call, content_type: str | None, code: str, message: str, status: int
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body of an AWS error in the protocol that the caller speaks."""
    service = get_service_model(model_name(call.service))
    try:
        operation = service.operation_model(call.action)
    except Exception:  # a call that the API model does not know
        operation = OperationModel({}, service)
    protocol = determine_request_protocol(service, content_type)
    serializer = get_serializer_class(service.service_name, protocol)(operation_model=operation)
    answer = serializer.serialize(ApiError(code, message))
    body = answer["body"]
    headers = [(name, str(value)) for name, value in answer["headers"].items()]
    return status, headers, body if isinstance(body, bytes) else body.encode()
