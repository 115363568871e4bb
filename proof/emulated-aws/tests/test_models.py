"""Requests that botocore itself writes are read back as they were, and each way to break one is found."""

from __future__ import annotations

import datetime
import json
import unittest
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from botocore import serialize
from moto.core.request import Request
from moto.core.utils import get_service_model

from emulated_aws.calls import Call
from emulated_aws.strict.requests import Read, Refusal, read, refuse

# IAM's prefix → name of the model, of every service that the stacks, the commands or the emulator's users call
SERVICES = {
    "ec2": "ec2",
    "elasticloadbalancing": "elbv2",
    "rds": "rds",
    "iam": "iam",
    "sts": "sts",
    "autoscaling": "autoscaling",
    "sns": "sns",
    "ecs": "ecs",
    "ecr": "ecr",
    "kms": "kms",
    "logs": "logs",
    "events": "events",
    "secretsmanager": "secretsmanager",
    "ssm": "ssm",
    "application-autoscaling": "application-autoscaling",
    "dynamodb": "dynamodb",
    "acm": "acm",
    "lambda": "lambda",
    "backup": "backup",
    "elasticfilesystem": "efs",
    "scheduler": "scheduler",
    "s3": "s3",
    "route53": "route53",
}
EXAMPLE = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
DEEPEST = 4


def example(shape: Any, depth: int = 0) -> Any:
    """A value of the shape's type with every member of a structure, whatever its limits; None below the deepest level."""
    kind = shape.type_name
    if kind == "structure":
        if getattr(shape, "is_document_type", False):
            return {"a": 1}
        if depth > DEEPEST:
            return None
        members = list(shape.members.items())
        if getattr(shape, "is_tagged_union", False):
            members = members[:1]
        found = {name: example(member, depth + 1) for name, member in members}
        return {name: value for name, value in found.items() if value is not None}
    if kind == "list":
        item = example(shape.member, depth + 1)
        return None if item is None else [item, item]
    if kind == "map":
        value = example(shape.value, depth + 1)
        return None if value is None else {"a-key": value}
    return {
        "string": (shape.enum or ["text"])[0] if kind == "string" else None,
        "integer": 7,
        "long": 7,
        "short": 7,
        "byte": 7,
        "float": 1.5,
        "double": 1.5,
        "boolean": True,
        "timestamp": EXAMPLE,
        "blob": b"bytes",
    }[kind]


def operations() -> Iterator[tuple[str, Any]]:
    for prefix, name in SERVICES.items():
        model = get_service_model(name)
        for operation_name in model.operation_names:
            operation = model.operation_model(operation_name)
            # a stream of events is not a request; S3's two ways to set notifications name the same element twice
            if operation.input_shape is None or operation.has_event_stream_input or operation.deprecated:
                continue
            yield prefix, operation


def request_for(operation: Any, parameters: dict[str, Any]) -> Request:
    protocol = operation.service_model.metadata["protocol"]
    written = serialize.create_serializer(protocol, False).serialize_to_request(parameters, operation)
    body = written["body"]
    headers = dict(written["headers"])
    if isinstance(body, dict):
        body = urlencode(body)
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
    query = written["query_string"]
    if isinstance(query, dict):
        query = urlencode(query, doseq=True)
    separator = "&" if "?" in written["url_path"] else "?"
    return Request.from_primitives(
        written["method"], f"http://127.0.0.1{written['url_path']}{separator}{query}", headers, body or b""
    )


def call(prefix: str, operation: Any) -> Call:
    return Call(prefix, operation.name, "123456789012", "eu-central-1", "AKIA")


def body_members(operation: Any) -> list[tuple[str, Any]]:
    """Members that travel in the body as themselves."""
    if "payload" in operation.input_shape.serialization:
        return []
    return [
        (name, member)
        for name, member in operation.input_shape.members.items()
        if "location" not in member.serialization
    ]


def broken(shape: Any) -> Iterator[tuple[str, Any]]:
    """Values of the shape's type that break one of its limits, each with the kind of the limit."""
    if shape.type_name == "string" and shape.enum:
        yield "enum", "no-such-value"
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if shape.type_name == "string" and high is not None and high < 5000:
        yield "length", "a" * (high + 1)
    if shape.type_name in ("integer", "long") and high is not None:
        yield "range", high + 1
    if shape.type_name in ("integer", "long") and low is not None:
        yield "range", low - 1
    if shape.type_name == "list" and high is not None and high < 200:
        item = example(shape.member)
        yield "size", [item] * (high + 1)


class RoundTrip(unittest.TestCase):
    def test_what_botocore_writes_is_read_without_a_finding_and_with_the_same_values(self) -> None:
        read_back = 0
        for prefix, operation in operations():
            parameters = example(operation.input_shape)
            with self.subTest(service=prefix, operation=operation.name):
                found = read(call(prefix, operation), request_for(operation, parameters))
                self.assertIsInstance(found, Read, found)
                assert isinstance(found, Read)
                self.assertEqual(found.reading.findings, [])
                if not operation.service_model.service_name == "s3":
                    self.assertEqual(set(found.parameters), set(parameters))
                read_back += 1
        self.assertGreater(read_back, 2000)


class Mutations(unittest.TestCase):
    """None may pass, or the check would have gone blind in silence."""

    def refusal(self, prefix: str, operation: Any, request: Request) -> Refusal | None:
        found = read(call(prefix, operation), request)
        return found if isinstance(found, Refusal) else refuse(call(prefix, operation), found)

    def test_a_parameter_that_the_model_does_not_have(self) -> None:
        for prefix, operation in operations():
            if operation.service_model.metadata["protocol"].startswith("rest-") and not body_members(operation):
                continue
            parameters = example(operation.input_shape)
            request = request_for(operation, parameters)
            protocol = operation.service_model.metadata["protocol"]
            body = request.get_data()
            if protocol in ("query", "ec2"):
                body += b"&NoSuchParameter=1"
            elif protocol in ("json", "rest-json"):
                body = json.dumps({**json.loads(body), "NoSuchParameter": 1}).encode()
            else:
                continue
            with self.subTest(service=prefix, operation=operation.name):
                url = request.raw_url
                changed = Request.from_primitives(request.method, url, dict(request.headers), body)
                self.assertIn("NoSuchParameter", (self.refusal(prefix, operation, changed) or Refusal("", "")).message)

    def test_a_required_parameter_that_is_missing(self) -> None:
        tried = 0
        for prefix, operation in operations():
            body = dict(body_members(operation))
            for name in operation.input_shape.required_members:
                if name not in body:
                    continue
                parameters = example(operation.input_shape)
                if name not in parameters:
                    continue
                del parameters[name]
                with self.subTest(service=prefix, operation=operation.name, parameter=name):
                    refusal = self.refusal(prefix, operation, request_for(operation, parameters))
                    self.assertIsNotNone(refusal)
                tried += 1
        self.assertGreater(tried, 1500)

    def test_a_value_that_breaks_a_limit(self) -> None:
        tried: dict[str, int] = {}
        for prefix, operation in operations():
            for name, member in body_members(operation):
                for kind, value in broken(member):
                    parameters = {**example(operation.input_shape), name: value}
                    found = read(call(prefix, operation), request_for(operation, parameters))
                    with self.subTest(service=prefix, operation=operation.name, parameter=name, kind=kind):
                        assert isinstance(found, Read)
                        refuse(call(prefix, operation), found)
                        self.assertIn(kind, {each.kind for each in found.reading.findings})
                    tried[kind] = tried.get(kind, 0) + 1
        for kind in ("enum", "length", "range", "size"):
            self.assertGreater(tried[kind], 80, kind)

    def test_a_json_value_of_another_type(self) -> None:
        for prefix, operation in operations():
            if not operation.service_model.metadata["protocol"].endswith("json"):
                continue
            for name, member in body_members(operation):
                if member.type_name == "structure" and getattr(member, "is_document_type", False):
                    continue
                request = request_for(operation, example(operation.input_shape))
                wire = member.serialization.get("name", name)
                body = json.loads(request.get_data())
                body[wire] = {"an": "object"} if member.type_name in ("string", "boolean") else True
                if member.type_name == "map":
                    body[wire] = []
                changed = Request.from_primitives(
                    request.method, request.raw_url, dict(request.headers), json.dumps(body)
                )
                with self.subTest(service=prefix, operation=operation.name, parameter=name):
                    self.assertIsNotNone(self.refusal(prefix, operation, changed))


if __name__ == "__main__":
    unittest.main()
