"""The limits that an API model sets: required members, enums, lengths, ranges, patterns, sizes of lists, unions.

AWS's own services are generated from the same models, and word what they refuse alike; the texts here are those.
Source: https://smithy.io/2.0/spec/constraint-traits.html
"""

from __future__ import annotations

import functools
from typing import Any

import regex
from moto.core.model import Shape

from .decode import FLOATS, INTEGERS, Reading, joined


def check(shape: Any, value: Any, path: str, reading: Reading) -> None:
    """Adds a finding for each limit that the value, or a member of it, breaks."""
    kind = shape.type_name
    if kind == "structure":
        _check_structure(shape, value, path, reading)
    elif kind == "list" and isinstance(value, list):
        _check_size(shape, len(value), value, path, reading)
        for index, each in enumerate(value, 1):
            check(shape.member, each, f"{path}.{index}.member", reading)
    elif kind == "map" and isinstance(value, dict):
        _check_size(shape, len(value), value, path, reading)
        for key, each in value.items():
            check(shape.key, key, joined(path, key), reading)
            check(shape.value, each, joined(path, key), reading)
    elif kind == "string" and isinstance(value, str):
        _check_string(shape, value, path, reading)
    elif kind == "blob" and isinstance(value, (bytes, bytearray)):
        _check_size(shape, len(value), "<binary>", path, reading)
    elif kind in (*INTEGERS, *FLOATS) and isinstance(value, (int, float)):
        _check_range(shape, value, path, reading)


def _fails(reading: Reading, kind: str, value: Any, path: str, constraint: str) -> None:
    reading.differs(kind, path, f"Value '{str(value)[:200]}' at '{path}' failed to satisfy constraint: {constraint}")


def _check_structure(shape: Any, value: Any, path: str, reading: Reading) -> None:
    if getattr(shape, "is_document_type", False) or not isinstance(value, dict):
        return
    for name in shape.required_members:
        if name not in value:
            at = joined(path, name)
            reading.differs(
                "required", at, f"Value null at '{at}' failed to satisfy constraint: Member must not be null"
            )
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        _fails(reading, "union", ", ".join(value), path, f"Exactly one of {', '.join(shape.members)} must be set")
    for name, each in value.items():
        check(shape.members[name], each, joined(path, name), reading)


def _check_size(shape: Shape, size: int, value: Any, path: str, reading: Reading) -> None:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        _fails(reading, "size", value, path, f"Member must have length greater than or equal to {low}")
    if high is not None and size > high:
        _fails(reading, "size", value, path, f"Member must have length less than or equal to {high}")


def _check_string(shape: Any, value: str, path: str, reading: Reading) -> None:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and len(value) < low:
        _fails(reading, "length", value, path, f"Member must have length greater than or equal to {low}")
    if high is not None and len(value) > high:
        _fails(reading, "length", value, path, f"Member must have length less than or equal to {high}")
    allowed = _allowed(shape)
    if allowed and value not in allowed:
        _fails(reading, "enum", value, path, f"Member must satisfy enum value set: [{', '.join(sorted(allowed))}]")
    pattern = shape.metadata.get("pattern")
    if pattern:
        compiled = _compiled(pattern)
        if compiled is not None and compiled.fullmatch(value) is None:
            _fails(reading, "pattern", value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _check_range(shape: Shape, value: float, path: str, reading: Reading) -> None:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and value < low:
        _fails(reading, "range", value, path, f"Member must have value greater than or equal to {low}")
    if high is not None and value > high:
        _fails(reading, "range", value, path, f"Member must have value less than or equal to {high}")


def _allowed(shape: Any) -> frozenset[str]:
    found: frozenset[str] | None = shape.__dict__.get("_allowed_values")
    if found is None:
        found = shape.__dict__["_allowed_values"] = frozenset(shape.enum)
    return found


@functools.cache
def _compiled(pattern: str) -> Any:
    """The pattern as Java, for which the models are written, understands it; None for one that nobody can read."""
    try:
        # a pair of surrogates stands for the characters beyond the basic plane
        return regex.compile(pattern.replace("\\uD800\\uDC00-\\uDBFF\\uDFFF", "\\U00010000-\\U0010FFFF"))
    except regex.error:
        return None
