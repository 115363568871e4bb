"""Every successful answer against the API model of its service, with the walkers that read the requests.

What differs is either moto's mistake, and corrected in `services/`, or as AWS does it in spite of its model, and then
listed in accepted-answers.yaml with the reason. An entry that no call of a run bears out any more is stale.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from werkzeug.wrappers import Response

from ..calls import Call
from .constraints import check
from .decode import Finding, Reading, Undecodable, answer_members
from .requests import Read

ACCEPTED = Path(__file__).with_name("accepted-answers.yaml")

# Contents of this size are objects and logs, not documents of an API.
LARGEST_BYTES = 2_000_000

_ITEM = re.compile(r"\.\d+\.member")


class Difference(NamedTuple):
    """A place of an answer that does not fit the model. Items of lists count as one place."""

    service: str
    action: str
    kind: str
    path: str


class Accepted(NamedTuple):
    service: str
    actions: tuple[str, ...]
    kind: str
    paths: tuple[str, ...]
    reason: str
    # not in every run that makes the calls
    sometimes: bool

    def covers(self, found: Difference) -> bool:
        return (
            found.service == self.service
            and found.action in self.actions
            and found.kind == self.kind
            and found.path in self.paths
        )


def accepted() -> list[Accepted]:
    """The reviewed differences. Raises ValueError for an entry without a reason."""
    entries = []
    for entry in yaml.safe_load(ACCEPTED.read_text()):
        if len(str(entry.get("reason", ""))) < 10:
            raise ValueError(f"{ACCEPTED.name}: {entry} needs a reason")
        entries.append(
            Accepted(
                entry["service"],
                tuple(entry["actions"]),
                entry["kind"],
                tuple(entry["paths"]),
                entry["reason"],
                bool(entry.get("sometimes", False)),
            )
        )
    return entries


class Answers:
    """What was checked and what differed, over the life of an emulator."""

    def __init__(self) -> None:
        self._accepted = accepted()
        self._lock = threading.Lock()
        self._operations: Counter[tuple[str, str]] = Counter()
        self._differences: Counter[Difference] = Counter()
        self._samples: dict[Difference, str] = {}
        self._members: Counter[str] = Counter()

    def check(self, call: Call, request: Read, response: Response) -> None:
        """Reads the answer to a request; errors are not looked at."""
        reading = Reading()
        if 200 <= response.status_code < 300:
            findings = _findings(request, response, reading)
        else:
            findings = []
        with self._lock:
            self._members["requests"] += request.reading.members
            self._members["answers"] += reading.members
            if 200 <= response.status_code < 300:
                self._operations[(call.service, call.action)] += 1
            for finding in findings:
                place = Difference(call.service, call.action, finding.kind, _ITEM.sub("[]", finding.path))
                self._differences[place] += 1
                self._samples.setdefault(place, finding.text)

    def entries(self) -> dict[str, Any]:
        """`unexpected`: differences that no entry covers; `stale`: entries that no call bore out; counts."""
        with self._lock:
            operations, differences = Counter(self._operations), Counter(self._differences)
            members, samples = Counter(self._members), dict(self._samples)
        unexpected = [
            {**place._asdict(), "count": count, "sample": samples[place]}
            for place, count in sorted(differences.items())
            if not any(entry.covers(place) for entry in self._accepted)
        ]
        stale = [
            {
                "service": entry.service,
                "kind": entry.kind,
                "path": ", ".join(entry.paths),
                "sometimes": entry.sometimes,
            }
            for entry in self._accepted
            if all((entry.service, action) in operations for action in entry.actions)
            and not any(entry.covers(place) for place in differences)
        ]
        return {
            "operations": len(operations),
            "calls": sum(operations.values()),
            "requestMembers": members["requests"],
            "answerMembers": members["answers"],
            "unexpected": unexpected,
            "stale": stale,
        }


def _findings(request: Read, response: Response, reading: Reading) -> list[Finding]:
    operation: Any = request.operation
    body = response.get_data()
    if len(body) > LARGEST_BYTES or operation.output_shape is None:
        return []
    try:
        members = answer_members(operation, request.protocol, response.headers, body, reading)
    except Undecodable as error:
        return [Finding("form", "", str(error))]
    check(operation.output_shape, members, "", reading)
    modelled = operation.http.get("responseCode")
    if modelled is not None and modelled != response.status_code:
        reading.differs("status", "", f"HTTP status {response.status_code}; the model says {modelled}")
    for member in _carried_elsewhere(operation.output_shape):
        # a code is the HTTP status itself
        reading.findings = [each for each in reading.findings if each.path != member]
    return reading.findings


def _carried_elsewhere(shape: Any) -> list[str]:
    located: Mapping[str, Any] = shape.members
    return [name for name, member in located.items() if member.serialization.get("location") == "statusCode"]
