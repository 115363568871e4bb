"""Faults that a rehearsal injects: AWS errors in the service's own protocol, slow answers, cut connections, lost answers."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from itertools import count
from typing import Any

from moto.core.model import OperationModel
from moto.core.request import determine_request_protocol
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model, underscores_to_camelcase

from .calls import Call, model_name
from .extend import ApiError

_numbers = count(1)


@dataclass
class Fault:
    """What happens to the next `times` calls that match `service`, `action` and `access_key_id` (None matches any).

    With a `code` the call answers that AWS error and nothing else happens; `delay_milliseconds` makes it slow;
    `cut` closes the connection without an answer; `answer_lost` does so once the call has had its effect.
    """

    service: str | None = None
    action: str | None = None
    access_key_id: str | None = None
    code: str | None = None
    message: str = "injected by the rehearsal"
    status: int = 400
    times: int = 1
    delay_milliseconds: int = 0
    cut: bool = False
    answer_lost: bool = False
    id: int = field(default_factory=lambda: next(_numbers))

    @staticmethod
    def of(wish: Mapping[str, Any]) -> Fault:
        """Raises ValueError when the wish has no effect or an unknown key."""
        unknown = sorted(set(wish) - set(WISHES))
        if unknown:
            raise ValueError(f"unknown {', '.join(unknown)}; a fault has {', '.join(sorted(WISHES))}")
        fault = Fault(**{WISHES[name]: value for name, value in wish.items() if value is not None})
        if not (fault.code or fault.delay_milliseconds or fault.cut or fault.answer_lost):
            raise ValueError("a fault needs code, delayMilliseconds, cut or answerLost")
        return fault

    def matches(self, call: Call) -> bool:
        return (
            self.times > 0
            and self.service in (None, call.service)
            and self.action in (None, call.action)
            and self.access_key_id in (None, call.access_key_id)
        )

    def entry(self) -> dict[str, Any]:
        return {"id": self.id, **{name: getattr(self, attribute) for name, attribute in WISHES.items()}}


# What a wish may hold, by its name in JSON.
WISHES = {underscores_to_camelcase(each.name): each.name for each in fields(Fault) if each.name != "id"}

KINDS = ("throttled", "5xx", "reset", "answer lost", "slow")


class Weather:
    """Faults that any call may meet; the same seed decides the same for the same calls.

    They happen to a `share` of the calls, from 0 to 1; in an `outage`, after so many calls, nothing gets through for so
    many milliseconds.
    """

    def __init__(self, wish: Mapping[str, Any]) -> None:
        self._share = float(wish["share"])
        self._outage: Mapping[str, Any] | None = wish.get("outage")
        self._random = random.Random(int(wish["seed"]))
        self._calls = 0
        self._outage_ends: float | None = None
        self.happened: Counter[str] = Counter()

    def fault(self, call: Call, repeatable: bool) -> Fault | None:
        kind = self._kind(repeatable)
        if kind is None:
            return None
        self.happened[kind] += 1
        if kind in ("throttled", "5xx"):
            return _error_of(call, kind)
        if kind == "slow":
            return Fault(delay_milliseconds=self._random.randint(200, 3000))
        return Fault(cut=kind == "reset", answer_lost=kind == "answer lost")

    def _kind(self, repeatable: bool) -> str | None:
        self._calls += 1
        if self._outage is not None and self._calls > self._outage["afterCalls"]:
            self._outage_ends = self._outage_ends or time.monotonic() + self._outage["milliseconds"] / 1000
            if time.monotonic() < self._outage_ends:
                return self._random.choice(("5xx", "reset"))
        if self._random.random() >= self._share:
            return None
        kind = self._random.choice(KINDS)
        # If the answer to a creation is lost, its id is unknown: a client repeats the call, as it does on AWS.
        return "reset" if kind == "answer lost" and not repeatable else kind


def _error_of(call: Call, kind: str) -> Fault:
    """What a service says when it throttles, and when it fails. Sources: the "Common errors" pages (`strict/errors.py`)."""
    if kind == "5xx":
        code = "InternalError" if call.service in ("s3", "ec2") else "InternalFailure"
        return Fault(code=code, status=500, message="We encountered an internal error, please try again.")
    throttles = {"s3": ("SlowDown", 503), "ec2": ("RequestLimitExceeded", 503)}
    query = "query" in get_service_model(model_name(call.service)).metadata.get("protocols", ())
    code, status = throttles.get(call.service, ("Throttling" if query else "ThrottlingException", 400))
    return Fault(code=code, status=status, message="Rate exceeded")


class Faults:
    """The faults that are waiting for a call."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._weather: Weather | None = None
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()
            self._weather = None

    def begin(self, weather: Weather) -> None:
        with self._lock:
            self._weather = weather

    def end(self) -> dict[str, int]:
        """Everything gets through again; how often each kind has happened."""
        with self._lock:
            weather, self._weather = self._weather, None
            return {} if weather is None else dict(weather.happened)

    def entries(self) -> list[dict[str, Any]]:
        with self._lock:
            return [fault.entry() for fault in self._waiting]

    def take(self, call: Call, repeatable: bool) -> Fault | None:
        """The first fault that matches, counted down by one; else what the weather brings."""
        with self._lock:
            for fault in self._waiting:
                if fault.matches(call):
                    fault.times -= 1
                    self._waiting = [each for each in self._waiting if each.times > 0]
                    return fault
            return None if self._weather is None else self._weather.fault(call, repeatable)


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
