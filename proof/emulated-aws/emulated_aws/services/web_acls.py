"""AWS WAF: web ACLs of Application Load Balancers, and what they do with a request.

A rate-based rule acts on the first request above its limit; AWS estimates, and is mostly some seconds late. Whether AWS WAF sees
the headers that an ALB adds for mutual TLS is nowhere documented; here it sees the headers that a request is asked with.
Sources: AWS WAF Developer Guide, "Using rate-based rule statements in AWS WAF", "Rule action in AWS WAF" and "Associating or
disassociating protection with an AWS resource";
https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html, API_DeleteWebACL.html there
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from moto.elbv2.models import FakeLoadBalancer, elbv2_backends
from moto.wafv2.exceptions import WAFv2ClientError
from moto.wafv2.models import FakeRule, FakeWebACL, WAFV2Backend, wafv2_backends

from .. import clock
from ..extend import replaces

Statement = Mapping[str, Any]


class Decision(NamedTuple):
    """The status that a blocked request gets, or none, and the names of the rules that matched up to there."""

    status: int | None
    matched: list[str]


# --- the calls -----------------------------------------------------------------------------------------------------


@replaces(WAFV2Backend)
def create_web_acl(original: Callable[..., FakeWebACL], backend: WAFV2Backend, *args: Any) -> FakeWebACL:
    if backend._is_duplicate_name(args[0]):
        message = "AWS WAF could not perform the operation because a resource of that name exists already."
        raise WAFv2ClientError("WAFDuplicateItemException", message)
    return original(backend, *args)


@replaces(WAFV2Backend)
def associate_web_acl(
    original: Callable[..., None], backend: WAFV2Backend, web_acl_arn: str, resource_arn: str
) -> None:
    if ":elasticloadbalancing:" in resource_arn:
        balancer = elbv2_backends[backend.account_id][backend.region_name].load_balancers.get(resource_arn)
        if balancer is None:
            message = "AWS WAF couldn't perform the operation because your resource doesn't exist."
            raise WAFv2ClientError("WAFNonexistentItemException", message)
        if balancer.type != "application":
            message = "Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information, field: RESOURCE_ARN"
            raise WAFv2ClientError("WAFInvalidParameterException", message)
    if web_acl_arn in backend.wacls:
        # a resource has one web ACL
        backend.disassociate_web_acl(resource_arn)
    original(backend, web_acl_arn, resource_arn)


@replaces(WAFV2Backend)
def delete_web_acl(original: Callable[..., None], backend: WAFV2Backend, *args: Any) -> None:
    _, _, web_acl_id, _ = args
    found = next((each for each in backend.wacls.values() if each.id == web_acl_id), None)
    if found is not None and any(_exists(backend, arn) for arn in found.associated_resources):
        message = "AWS WAF couldn't perform the operation because your resource is being used by another resource or it's associated with another resource."
        raise WAFv2ClientError("WAFAssociatedItemException", message)
    original(backend, *args)
    if found is not None:
        backend.tagging_service.delete_all_tags_for_resource(found.arn)


def _exists(backend: WAFV2Backend, arn: str) -> bool:
    """A load balancer that is deleted leaves its web ACL."""
    balancers = elbv2_backends[backend.account_id][backend.region_name].load_balancers
    return ":elasticloadbalancing:" not in arn or arn in balancers


@replaces(FakeRule, "to_dict")
def rule_to_dict(original: Callable[..., dict[str, Any]], rule: FakeRule) -> dict[str, Any]:
    return _as_aws(original(rule))


@replaces(FakeWebACL, "to_dict")
def web_acl_to_dict(original: Callable[..., dict[str, Any]], web_acl: FakeWebACL) -> dict[str, Any]:
    record = _as_aws({key: value for key, value in original(web_acl).items() if key != "LockToken"})
    return {**record, "Capacity": sum(_capacity(rule.statement) for rule in web_acl.rules)}


@replaces(FakeWebACL, "to_short_dict")
def web_acl_to_short_dict(original: Callable[..., dict[str, Any]], web_acl: FakeWebACL) -> dict[str, Any]:
    return _as_aws(original(web_acl))


def _as_aws(record: dict[str, Any]) -> dict[str, Any]:
    """Without what was not given, which moto answers as null or as an empty text."""
    return {key: value for key, value in record.items() if value is not None and value != ""}


# --- capacity ------------------------------------------------------------------------------------------------------


def _capacity(statement: Statement) -> int:
    """WCUs, as the pages of the statements say."""
    [(kind, inner)] = statement.items()
    nested = [*inner.get("Statements", []), *(inner[each] for each in ("Statement", "ScopeDownStatement") if each in inner)]
    own = {"RateBasedStatement": 2 + 30 * len(inner.get("CustomKeys") or []), "ByteMatchStatement": 2}
    transformations = [each for each in inner.get("TextTransformations") or [] if each["Type"] != "NONE"]
    base = 1 if kind in ("AndStatement", "OrStatement", "NotStatement", "SizeConstraintStatement") else 0
    return own.get(kind, base) + 10 * len(transformations) + sum(_capacity(each) for each in nested)


# --- requests ------------------------------------------------------------------------------------------------------


def decide(balancer: FakeLoadBalancer, headers: Mapping[str, str]) -> Decision | None:
    """What the web ACL of a load balancer does with a request; None where it has none."""
    _, _, _, region, account, _ = balancer.arn.split(":", 5)
    web_acl = wafv2_backends[account][region].get_web_acl_for_resource(balancer.arn)
    if web_acl is None:
        return None
    seen = {name.lower(): value for name, value in headers.items()}
    matched = []
    for rule in sorted(web_acl.rules, key=lambda each: each.priority):
        if not _matches(rule, rule.statement, seen):
            continue
        matched.append(rule.name)
        if "Block" in (rule.action or {}):
            return Decision(_status(rule.action["Block"]), matched)
        if "Allow" in (rule.action or {}):
            return Decision(None, matched)
    blocked = web_acl.default_action.get("Block")
    return Decision(None if blocked is None else _status(blocked), matched)


def _status(block: Mapping[str, Any]) -> int:
    return int((block.get("CustomResponse") or {}).get("ResponseCode", 403))


def _matches(rule: FakeRule, statement: Statement, headers: Mapping[str, str]) -> bool:
    [(kind, inner)] = statement.items()
    if kind not in STATEMENTS:
        raise ValueError(f"the emulator lacks the statement {kind}")
    return STATEMENTS[kind](rule, inner, headers)


def _rate_based(rule: FakeRule, inner: Statement, headers: Mapping[str, str]) -> bool:
    if inner["AggregateKeyType"] != "CONSTANT":
        raise ValueError(f"the emulator lacks the aggregation {inner['AggregateKeyType']}")
    if not _matches(rule, inner["ScopeDownStatement"], headers):
        return False
    since = clock.now() - int(inner.get("EvaluationWindowSec", 300))
    requests: list[float] = [each for each in rule.__dict__.get("requests", []) if each > since]
    rule.__dict__["requests"] = [*requests, clock.now()]
    return len(requests) >= int(inner["Limit"])


def _header(inner: Statement, headers: Mapping[str, str]) -> str | None:
    field = inner["FieldToMatch"]
    if "SingleHeader" not in field or any(each["Type"] != "NONE" for each in inner["TextTransformations"]):
        raise ValueError("the emulator compares single headers as they are")
    return headers.get(field["SingleHeader"]["Name"].lower())


def _byte_match(_: FakeRule, inner: Statement, headers: Mapping[str, str]) -> bool:
    if inner["PositionalConstraint"] != "EXACTLY":
        raise ValueError(f"the emulator lacks the comparison {inner['PositionalConstraint']}")
    return _header(inner, headers) == base64.b64decode(inner["SearchString"]).decode()


def _size_constraint(_: FakeRule, inner: Statement, headers: Mapping[str, str]) -> bool:
    if inner["ComparisonOperator"] != "GT":
        raise ValueError(f"the emulator lacks the comparison {inner['ComparisonOperator']}")
    value = _header(inner, headers)
    return value is not None and len(value.encode()) > int(inner["Size"])


STATEMENTS: dict[str, Callable[[FakeRule, Statement, Mapping[str, str]], bool]] = {
    "RateBasedStatement": _rate_based,
    "ByteMatchStatement": _byte_match,
    "SizeConstraintStatement": _size_constraint,
    "NotStatement": lambda rule, inner, headers: not _matches(rule, inner["Statement"], headers),
    "AndStatement": lambda rule, inner, headers: all(_matches(rule, each, headers) for each in inner["Statements"]),
    "OrStatement": lambda rule, inner, headers: any(_matches(rule, each, headers) for each in inner["Statements"]),
}
