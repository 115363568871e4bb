"""Reads a request, or an answer, by the API model of its service: member names → values, with what does not fit.

moto's own parsers drop what the model does not know and convert what has the wrong type; here both are findings. Four
forms exist on the wire: the flat keys of the query and ec2 protocols, JSON, XML, and the path, query string and
headers that the REST protocols add to the last two.
Sources: https://smithy.io/2.0/aws/protocols/index.html, https://smithy.io/2.0/spec/http-bindings.html
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from xml.etree import ElementTree

from botocore.utils import parse_timestamp
from moto.core.model import OperationModel, Shape
from moto.core.request import Request

INTEGERS = ("integer", "long", "short", "byte", "bigInteger")
FLOATS = ("float", "double", "bigDecimal")


class Finding(NamedTuple):
    """One way in which a message does not fit its model. `path` names the member, e.g. `tags.1.member.key`."""

    kind: str
    path: str
    text: str


class Undecodable(Exception):
    """The message is not of the form that its protocol has."""


class Reading:
    """What one reading found, and how many members it looked at."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.members = 0

    def differs(self, kind: str, path: str, text: str) -> None:
        self.findings.append(Finding(kind, path, text))


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


# --- scalars -------------------------------------------------------------------------------------------------------


def scalar_of_text(shape: Shape, text: str, path: str, reading: Reading) -> Any:
    """The value that a text on the wire stands for; the text itself when it stands for none of the shape's type."""
    reading.members += 1
    kind = shape.type_name
    try:
        if kind in INTEGERS:
            return int(text)
        if kind in FLOATS:
            return float(text)
        if kind == "boolean":
            if text.lower() not in ("true", "false"):
                raise ValueError
            return text.lower() == "true"
        if kind == "timestamp":
            return parse_timestamp(text)
        if kind == "blob":
            return base64.b64decode(text)
    except (ValueError, binascii.Error, OverflowError):
        reading.differs("type", path, f"'{text[:80]}' is no {kind}")
    return text


def scalar_of_json(shape: Shape, value: Any, path: str, reading: Reading) -> Any:
    reading.members += 1
    kind = shape.type_name
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    fits = {
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "timestamp": is_number or isinstance(value, str),
        "blob": isinstance(value, str),
        **dict.fromkeys(FLOATS, is_number or value in ("NaN", "Infinity", "-Infinity")),
        **dict.fromkeys(INTEGERS, is_number and float(value) == math.floor(value)),
    }.get(kind, True)
    if not fits:
        reading.differs("type", path, f"{json.dumps(value)[:80]} is no {kind}")
        return value
    if kind in ("timestamp", "blob"):
        reading.members -= 1
        return value if is_number else scalar_of_text(shape, value, path, reading)
    return value


# --- JSON ----------------------------------------------------------------------------------------------------------


def from_json(shape: Shape, value: Any, path: str, reading: Reading) -> Any:
    """Reads the value of a JSON document. Members that are null count as absent."""
    kind = shape.type_name
    if kind == "structure" and not getattr(shape, "is_document_type", False):
        if not isinstance(value, dict):
            reading.differs("type", path, f"{json.dumps(value)[:80]} is no structure")
            return {}
        return _json_structure(shape, value, path, reading)
    if kind == "list":
        if not isinstance(value, list):
            reading.differs("type", path, f"{json.dumps(value)[:80]} is no list")
            return []
        return [
            from_json(shape.member, each, f"{path}.{index}.member", reading)  # type: ignore[attr-defined]
            for index, each in enumerate(value, 1)
            if each is not None
        ]
    if kind == "map":
        if not isinstance(value, dict):
            reading.differs("type", path, f"{json.dumps(value)[:80]} is no map")
            return {}
        return {
            key: from_json(shape.value, each, joined(path, key), reading)  # type: ignore[attr-defined]
            for key, each in value.items()
            if each is not None
        }
    return scalar_of_json(shape, value, path, reading) if kind != "structure" else value


def _json_structure(shape: Any, value: dict[str, Any], path: str, reading: Reading) -> dict[str, Any]:
    names = {member.serialization.get("name", name): name for name, member in _body_members(shape)}
    result = {}
    for key, each in value.items():
        name = names.get(key)
        if name is None:
            # the type's name, which several JSON services add to errors and unions
            if key != "__type":
                reading.differs("unknown", joined(path, key), f"{key} is not a member of {shape.name}")
        elif each is not None:
            result[name] = from_json(shape.members[name], each, joined(path, name), reading)
    return result


def _body_members(shape: Any) -> Iterator[tuple[str, Shape]]:
    for name, member in shape.members.items():
        if member.serialization.get("location") not in ("uri", "header", "headers", "querystring", "statusCode"):
            yield name, member


# --- XML -----------------------------------------------------------------------------------------------------------


def local_name(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def from_xml(shape: Shape, element: ElementTree.Element, path: str, reading: Reading) -> Any:
    """Reads an element of an XML document, whatever its namespace."""
    kind = shape.type_name
    if kind == "structure":
        return _xml_structure(shape, list(element), element.attrib, path, reading)
    if kind == "list":
        return _xml_list(shape, list(element), path, reading)
    if kind == "map":
        return _xml_map(shape, list(element), path, reading)
    return scalar_of_text(shape, element.text or "", path, reading)


def _xml_structure(
    shape: Any, children: list[ElementTree.Element], attributes: Mapping[str, str], path: str, reading: Reading
) -> dict[str, Any]:
    elements: dict[str, list[ElementTree.Element]] = {}
    for child in children:
        elements.setdefault(local_name(child.tag), []).append(child)
    result: dict[str, Any] = {}
    for name, member in _body_members(shape):
        wire = member.serialization.get("name", name)
        if member.serialization.get("xmlAttribute"):
            found = [value for key, value in attributes.items() if local_name(key) == wire.rsplit(":", 1)[-1]]
            if found:
                result[name] = scalar_of_text(member, found[0], joined(path, name), reading)
            continue
        if member.type_name == "list" and member.is_flattened:
            wire = member.member.serialization.get("name", wire)  # type: ignore[attr-defined]
            if wire in elements:
                result[name] = _xml_list(member, elements.pop(wire), joined(path, name), reading, flattened=True)
        elif member.type_name == "map" and member.is_flattened:
            if wire in elements:
                result[name] = _xml_map(member, elements.pop(wire), joined(path, name), reading)
        elif wire in elements:
            result[name] = from_xml(member, elements.pop(wire)[0], joined(path, name), reading)
    for unknown in elements:
        reading.differs("unknown", joined(path, unknown), f"{unknown} is not a member of {shape.name}")
    return result


def _xml_list(
    shape: Any, children: list[ElementTree.Element], path: str, reading: Reading, flattened: bool = False
) -> list[Any]:
    wanted = shape.member.serialization.get("name", "member")
    result = []
    for index, child in enumerate(children, 1):
        name = local_name(child.tag)
        if not flattened and name not in (wanted, "item", "member"):
            reading.differs("unknown", joined(path, name), f"an item of {shape.name} is called {wanted}")
        else:
            result.append(from_xml(shape.member, child, f"{path}.{index}.member", reading))
    return result


def _xml_map(shape: Any, entries: list[ElementTree.Element], path: str, reading: Reading) -> dict[str, Any]:
    key_name = shape.key.serialization.get("name", "key")
    value_name = shape.value.serialization.get("name", "value")
    result = {}
    for entry in entries:
        parts = {local_name(child.tag): child for child in entry}
        if key_name not in parts or value_name not in parts:
            reading.differs("type", path, f"an entry of {shape.name} lacks {key_name} or {value_name}")
            continue
        key = parts[key_name].text or ""
        result[key] = from_xml(shape.value, parts[value_name], joined(path, key), reading)
    return result


def document(body: bytes) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise Undecodable(f"the body is no XML document: {error}") from error


# --- flat keys of the query and ec2 protocols ----------------------------------------------------------------------


class Branch:
    """A key of the form, cut at its dots."""

    __slots__ = ("children", "text")

    def __init__(self) -> None:
        self.children: dict[str, Branch] = {}
        self.text: str | None = None


def _tree(pairs: Iterator[tuple[str, str]]) -> Branch:
    root = Branch()
    for key, value in pairs:
        branch = root
        for part in key.split("."):
            branch = branch.children.setdefault(part, Branch())
        branch.text = value
    return root


class FlatKeys:
    """Reads a form. The protocols differ in the names of members and in how lists are numbered."""

    def __init__(self, protocol: str, reading: Reading) -> None:
        self._is_ec2 = protocol == "ec2"
        self._reading = reading

    def read(self, shape: Shape | None, request: Request) -> dict[str, Any]:
        pairs = [
            (key, value)
            for values in (request.form, request.args)
            for key, value in values.items(multi=True)
            # the signature of a presigned call
            if key not in ("Action", "Version") and not key.startswith("X-Amz-")
        ]
        root = _tree(iter(pairs))
        if shape is None:
            for key in root.children:
                self._reading.differs("unknown", key, f"{key} is not a parameter")
            return {}
        return self._structure(shape, root, "")

    def _wire_name(self, shape: Any, default: str) -> str:
        if not self._is_ec2:
            return str(shape.serialization.get("name", default))
        if "queryName" in shape.serialization:
            return str(shape.serialization["queryName"])
        name = str(shape.serialization.get("name", default))
        return name[0].upper() + name[1:]

    def _value(self, shape: Any, branch: Branch, path: str) -> Any:
        kind = shape.type_name
        if kind == "structure":
            return self._structure(shape, branch, path)
        if kind == "list":
            return self._list(shape, branch, path)
        if kind == "map":
            return self._map(shape, branch, path)
        for unknown in branch.children:
            self._reading.differs("unknown", joined(path, unknown), f"{path} has no members")
        return scalar_of_text(shape, branch.text or "", path, self._reading)

    def _structure(self, shape: Any, branch: Branch, path: str) -> dict[str, Any]:
        left = dict(branch.children)
        result = {}
        for name, member in shape.members.items():
            wire = self._wire_name(member, name)
            if not self._is_ec2 and member.type_name == "list" and member.is_flattened:
                wire = member.member.serialization.get("name", wire)
            if wire in left:
                result[name] = self._value(member, left.pop(wire), joined(path, wire))
        for unknown in left:
            self._reading.differs(
                "unknown", joined(path, unknown), f"The parameter {joined(path, unknown)} is not recognized"
            )
        return result

    def _list(self, shape: Any, branch: Branch, path: str) -> list[Any]:
        if branch.text is not None and not branch.children:
            if branch.text:
                self._reading.differs("type", path, f"'{branch.text[:80]}' is no list")
            return []
        if not self._is_ec2 and not shape.is_flattened:
            wire = self._wire_name(shape.member, "member")
            for unknown in branch.children:
                if unknown != wire:
                    self._reading.differs("unknown", joined(path, unknown), f"items of {path} are called {wire}")
            branch = branch.children.get(wire, Branch())
            path = joined(path, wire)
        items = []
        for number in sorted(branch.children, key=lambda each: (not each.isdigit(), int(each) if each.isdigit() else 0)):
            if number.isdigit():
                items.append(self._value(shape.member, branch.children[number], joined(path, number)))
            else:
                self._reading.differs("unknown", joined(path, number), f"{joined(path, number)} is no number of an item")
        return items

    def _map(self, shape: Any, branch: Branch, path: str) -> dict[str, Any]:
        entries = branch if shape.is_flattened else branch.children.get("entry", Branch())
        key_name = self._wire_name(shape.key, "key")
        value_name = self._wire_name(shape.value, "value")
        result = {}
        for number, entry in entries.children.items():
            if key_name not in entry.children:
                self._reading.differs("type", joined(path, number), f"an entry of {path} lacks {key_name}")
                continue
            key = entry.children[key_name].text or ""
            value = entry.children.get(value_name, Branch())
            result[key] = self._value(shape.value, value, joined(path, key))
        return result


# --- whole messages ------------------------------------------------------------------------------------------------

Body = Callable[[Shape, Any, str, Reading], Any]


def request_parameters(
    operation: OperationModel, protocol: str, request: Request, path_parameters: Mapping[str, Any], reading: Reading
) -> dict[str, Any]:
    """The request's parameters by their names in the model. Raises Undecodable."""
    shape = operation.input_shape
    if protocol in ("query", "ec2"):
        return FlatKeys(protocol, reading).read(shape, request)
    body = request.get_data()
    if protocol == "json":
        return _json_body(shape, body, reading)
    if protocol in ("rest-json", "rest-xml"):
        return _rest_request(shape, protocol, request, path_parameters, body, reading)
    raise Undecodable(f"the protocol {protocol} is not read")


def _json_body(shape: Shape | None, body: bytes, reading: Reading) -> dict[str, Any]:
    if shape is None or not body:
        return {}
    try:
        value = json.loads(body)
    except ValueError as error:
        raise Undecodable(f"the body is no JSON document: {error}") from error
    read: dict[str, Any] = from_json(shape, value, "", reading)
    return read


def _rest_request(
    shape: Any,
    protocol: str,
    request: Request,
    path_parameters: Mapping[str, Any],
    body: bytes,
    reading: Reading,
) -> dict[str, Any]:
    if shape is None:
        return {}
    result: dict[str, Any] = {}
    for name, member in shape.members.items():
        location = member.serialization.get("location")
        wire = member.serialization.get("name", name)
        if location == "uri" and name in path_parameters:
            result[name] = scalar_of_text(member, str(path_parameters[name]), name, reading)
        elif location == "uri" and wire in path_parameters:
            result[name] = scalar_of_text(member, str(path_parameters[wire]), name, reading)
        elif location == "querystring":
            _query_string(name, wire, member, request, result, reading)
        elif location == "header" and wire in request.headers:
            result[name] = _header(member, request.headers[wire], name, reading)
        elif location == "headers":
            prefix = wire.lower()
            found = {key[len(prefix) :]: value for key, value in request.headers if key.lower().startswith(prefix)}
            if found:
                result[name] = found
    result.update(_payload(shape, protocol, body, reading))
    return result


def _query_string(
    name: str, wire: str, member: Any, request: Request, result: dict[str, Any], reading: Reading
) -> None:
    if member.type_name == "map":
        result[name] = dict(request.args.items())
    elif wire in request.args:
        texts = request.args.getlist(wire)
        if member.type_name == "list":
            result[name] = [scalar_of_text(member.member, text, name, reading) for text in texts]
        else:
            result[name] = scalar_of_text(member, texts[0], name, reading)


def _header(member: Any, text: str, name: str, reading: Reading) -> Any:
    if member.type_name == "list":
        return [scalar_of_text(member.member, each.strip(), name, reading) for each in text.split(",")]
    return scalar_of_text(member, text, name, reading)


def _payload(shape: Any, protocol: str, body: bytes, reading: Reading) -> dict[str, Any]:
    """The members that travel in the body: one that is the whole body, or all that no other place is named for."""
    payload = shape.serialization.get("payload")
    if payload:
        member = shape.members[payload]
        if member.type_name not in ("structure", "list", "map"):
            reading.members += 1
            return {payload: body if member.type_name == "blob" else body.decode(errors="replace")} if body else {}
        if not body:
            return {}
        if protocol == "rest-json":
            return {payload: _json_body(member, body, reading)}
        return {payload: from_xml(member, document(body), payload, reading)}
    if not body or not any(True for _ in _body_members(shape)):
        return {}
    if protocol == "rest-json":
        return _json_body(shape, body, reading)
    read: dict[str, Any] = from_xml(shape, document(body), "", reading)
    return read


def answer_members(
    operation: OperationModel, protocol: str, headers: Mapping[str, str], body: bytes, reading: Reading
) -> dict[str, Any]:
    """The members of a successful answer by their names in the model. Raises Undecodable."""
    shape: Any = operation.output_shape
    if shape is None:
        return {}
    if protocol in ("query", "ec2"):
        root = document(body)
        wrapper = shape.serialization.get("resultWrapper")
        if wrapper:
            found = [child for child in root if local_name(child.tag) == wrapper]
            if not found:
                if shape.members:
                    raise Undecodable(f"the answer has no {wrapper}")
                return {}
            root = found[0]
        children = [child for child in root if local_name(child.tag) not in ("requestId", "ResponseMetadata")]
        return _xml_structure(shape, children, {}, "", reading)
    if protocol == "json":
        return _json_body(shape, body, reading)
    result = _payload(shape, protocol, body, reading)
    for name, member in shape.members.items():
        wire = member.serialization.get("name", name)
        if member.serialization.get("location") == "header" and wire in headers:
            result[name] = _header(member, headers[wire], name, reading)
    return result
