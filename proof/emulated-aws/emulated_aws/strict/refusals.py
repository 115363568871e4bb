"""What AWS refuses though its API model allows it: the rows of refusals.yaml, judged before moto sees the call.

A row says which calls it is about, when it holds, and the error that AWS answers; `when` is a test of one parameter,
or names a function of checks.py. A row without `when` is judged elsewhere (`by: model`, `by: moto`, `by: services`),
and is in the table for its example. Each row has one bad call as its example, which the emulator's tests make; without
the row that call must not be refused.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ..calls import Call
from . import checks
from .asked import Asked
from .requests import Read, Refusal

TABLE = Path(__file__).with_name("refusals.yaml")
JUDGES = ("model", "moto", "services")
BASES = ("documented", "reported", "inferred")


class Row(NamedTuple):
    """One row of the table. `message` may hold `{names}` that the test provides; `value` is the parameter's value."""

    id: str
    service: str
    actions: tuple[str, ...]
    refuses: str
    when: Mapping[str, Any] | None
    by: str
    code: str
    message: str
    source: str
    basis: str
    example: Mapping[str, Any]

    def judge(self, asked: Asked) -> Refusal | None:
        """The refusal of the call, if the row holds for it."""
        if self.when is None:
            return None
        names = _holds(self.when, asked)
        return None if names is None else Refusal(self.code, self.message.format_map(_Shown(names)))


class _Shown(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


@functools.cache
def rows() -> tuple[Row, ...]:
    """The table. Raises ValueError for a row that says too little."""
    found = []
    for entry in yaml.load(TABLE.read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        by = entry.get("by", "table")
        row = Row(
            entry["id"],
            entry["service"],
            tuple(entry["actions"]),
            entry["refuses"],
            entry.get("when"),
            by,
            entry["code"],
            entry.get("message", ""),
            entry["source"],
            entry.get("basis", "documented"),
            entry["example"],
        )
        if (row.when is None) == (by == "table") or (by != "table" and by not in JUDGES) or row.basis not in BASES:
            raise ValueError(f"{TABLE.name}: {row.id} needs `when`, or `by` with one of {', '.join(JUDGES)}")
        found.append(row)
    ids = [row.id for row in found]
    if len(set(ids)) != len(ids):
        raise ValueError(f"{TABLE.name}: an id is there twice")
    return tuple(found)


class Table:
    """The rows that are in force, by the calls that they are about."""

    def __init__(self, without: str | None = None) -> None:
        self._by_call: dict[tuple[str, str], list[Row]] = {}
        for row in rows():
            if row.id != without and row.when is not None:
                for action in row.actions:
                    self._by_call.setdefault((row.service, action), []).append(row)

    def refuse(self, call: Call, read: Read) -> Refusal | None:
        for row in self._by_call.get((call.service, call.action), ()):
            refusal = row.judge(Asked(call, read.parameters))
            if refusal is not None:
                return refusal
        return None


def _holds(when: Mapping[str, Any], asked: Asked) -> Mapping[str, Any] | None:
    """What the message may name when the test holds, else None."""
    if "check" in when:
        found: Mapping[str, Any] | None = getattr(checks, when["check"])(asked)
        return found
    for value in values_at(asked.parameters, when["member"].split(".")):
        if _fits(when, value):
            return {"value": value}
    return None


def _fits(when: Mapping[str, Any], value: Any) -> bool:
    if "matches" in when:
        return isinstance(value, str) and _compiled(when["matches"]).search(value) is not None
    if "longer_than" in when:
        return len(value) > int(when["longer_than"])
    if "above" in when or "below" in when:
        return float(value) > when.get("above", float("inf")) or float(value) < when.get("below", float("-inf"))
    if "not_one_of" in when:
        return value not in when["not_one_of"]
    return value in when["one_of"]


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def values_at(value: Any, path: list[str]) -> Iterator[Any]:
    """The values at a path of member names; `[]` goes through the items of a list, `*` through the keys of a map."""
    if value is None:
        return
    if not path:
        yield value
        return
    first, rest = path[0], path[1:]
    if first == "[]":
        for each in value:
            yield from values_at(each, rest)
    elif first == "*":
        for key in value:
            yield from values_at(key, rest)
    elif isinstance(value, Mapping):
        yield from values_at(value.get(first), rest)
