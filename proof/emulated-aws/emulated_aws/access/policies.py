"""Policies as IAM evaluates them: statements against an action, a resource, a principal and a request's context.

moto evaluates actions alone; a condition or a resource that does not fit goes unnoticed.
Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html,
reference_policies_elements_condition_operators.html and reference_policies_multi-value-conditions.html there
"""

from __future__ import annotations

import functools
import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

Document = str | Mapping[str, Any]


class Request(NamedTuple):
    """One call, as policies see it. `context` maps condition keys in lower case to one value or several."""

    action: str
    resource: str
    principals: frozenset[str] = frozenset()
    context: Mapping[str, str | Sequence[str]] = {}


ALLOWED = "allowed"
DENIED = "explicitly denied"
NOT_ALLOWED = "not allowed"


def decide(documents: Iterable[Document], request: Request) -> str:
    """What policies of one kind say together: an explicit denial is final, an allowance is needed."""
    decision = NOT_ALLOWED
    for document in documents:
        for statement in statements(document):
            if _fits(statement, request):
                if statement.get("Effect") == "Deny":
                    return DENIED
                decision = ALLOWED
    return decision


def statements(document: Document) -> list[Mapping[str, Any]]:
    policy = _parsed(document) if isinstance(document, str) else document
    return [each for each in _list(policy.get("Statement", [])) if isinstance(each, Mapping)]


@functools.lru_cache(maxsize=1024)
def _parsed(text: str) -> Mapping[str, Any]:
    policy = json.loads(text or "{}")
    return policy if isinstance(policy, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _fits(statement: Mapping[str, Any], request: Request) -> bool:
    return (
        _fits_principal(statement, request.principals)
        and _fits_element(statement, "Action", request.action, fold=True, request=request)
        and _fits_element(statement, "Resource", request.resource, fold=False, request=request)
        and all(
            _fits_condition(operator, key, _list(values), request)
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _fits_element(
    statement: Mapping[str, Any], name: str, value: str, *, fold: bool, request: Request
) -> bool:
    """`Action` or `Resource`, or their opposites; a resource policy of a key or a role may leave `Resource` out."""
    if f"Not{name}" in statement:
        return not any(matches(each, value, request, fold=fold) for each in _list(statement[f"Not{name}"]))
    if name not in statement:
        return name == "Resource"
    return any(matches(each, value, request, fold=fold) for each in _list(statement[name]))


def _fits_principal(statement: Mapping[str, Any], principals: frozenset[str]) -> bool:
    if "NotPrincipal" in statement:
        return not _is_named(statement["NotPrincipal"], principals)
    if "Principal" not in statement:
        # an identity's own policy
        return True
    return _is_named(statement["Principal"], principals)


def _is_named(named: Any, principals: frozenset[str]) -> bool:
    if named == "*":
        return True
    for values in named.values() if isinstance(named, Mapping) else []:
        for value in _list(values):
            # an account's number and its root ARN are one principal
            if value == "*" or value in principals or re.sub(r"^arn:[\w-]+:iam::(\d{12}):root$", r"\1", value) in principals:
                return True
    return False


# --- patterns ------------------------------------------------------------------------------------------------------

VARIABLE = re.compile(r"\$\{([^},]+)(?:,\s*'([^']*)')?\}")


def matches(pattern: str, value: str, request: Request | None = None, *, fold: bool = False) -> bool:
    """`*` and `?` of a pattern, with its policy variables filled in; a variable without a value fits nothing."""
    filled = _filled(str(pattern), request)
    return filled is not None and _regex(filled, fold).fullmatch(value) is not None


def _filled(pattern: str, request: Request | None) -> str | None:
    if "${" not in pattern or request is None:
        return pattern
    missing = False

    def value(found: re.Match[str]) -> str:
        nonlocal missing
        name, default = found.groups()
        if name in ("*", "?", "$"):
            return name
        given = request.context.get(name.lower(), default)
        if given is None or not isinstance(given, str):
            missing = True
            return ""
        return given

    filled = VARIABLE.sub(value, pattern)
    return None if missing else filled


@functools.lru_cache(maxsize=4096)
def _regex(pattern: str, fold: bool) -> re.Pattern[str]:
    text = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    return re.compile(text, re.DOTALL | (re.IGNORECASE if fold else 0))


# --- conditions ----------------------------------------------------------------------------------------------------


def _arn(pattern: str, value: str, request: Request) -> bool:
    """Each of the six parts of an ARN is compared by itself."""
    ours, theirs = pattern.split(":", 5), value.split(":", 5)
    return len(ours) == len(theirs) and all(matches(a, b, request) for a, b in zip(ours, theirs, strict=True))


def _in_range(range_: str, value: str, _: Request) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(range_, strict=False)
    except ValueError:
        return False


def _number(compare: Callable[[float, float], bool]) -> Callable[[str, str, Request], bool]:
    return lambda wanted, value, _: compare(float(value), float(wanted))


# operator -> test, and whether it is the opposite of it
OPERATORS: Mapping[str, tuple[Callable[[str, str, Request], bool], bool]] = {
    "StringEquals": (lambda wanted, value, request: _filled(wanted, request) == value, False),
    "StringNotEquals": (lambda wanted, value, request: _filled(wanted, request) == value, True),
    "StringEqualsIgnoreCase": (lambda wanted, value, _: wanted.lower() == value.lower(), False),
    "StringNotEqualsIgnoreCase": (lambda wanted, value, _: wanted.lower() == value.lower(), True),
    "StringLike": (lambda wanted, value, request: matches(wanted, value, request), False),
    "StringNotLike": (lambda wanted, value, request: matches(wanted, value, request), True),
    "ArnEquals": (_arn, False),
    "ArnLike": (_arn, False),
    "ArnNotEquals": (_arn, True),
    "ArnNotLike": (_arn, True),
    "Bool": (lambda wanted, value, _: str(wanted).lower() == value.lower(), False),
    "IpAddress": (_in_range, False),
    "NotIpAddress": (_in_range, True),
    "NumericEquals": (_number(lambda a, b: a == b), False),
    "NumericNotEquals": (_number(lambda a, b: a == b), True),
    "NumericLessThan": (_number(lambda a, b: a < b), False),
    "NumericLessThanEquals": (_number(lambda a, b: a <= b), False),
    "NumericGreaterThan": (_number(lambda a, b: a > b), False),
    "NumericGreaterThanEquals": (_number(lambda a, b: a >= b), False),
}


def _fits_condition(operator: str, key: str, wanted: list[Any], request: Request) -> bool:
    quantifier, _, name = operator.rpartition(":")
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    given = request.context.get(key.lower())
    values = [] if given is None else [given] if isinstance(given, str) else list(given)
    if name == "Null":
        return str(wanted[0]).lower() == str(not values).lower()
    if name not in OPERATORS:
        raise NotImplementedError(f"condition operator {operator}")
    test, opposite = OPERATORS[name]

    def fits(value: str) -> bool:
        return any(test(str(each), value, request) for each in wanted) is not opposite

    if quantifier == "ForAllValues":
        return all(fits(value) for value in values)
    if quantifier == "ForAnyValue":
        return any(fits(value) for value in values)
    if not values:
        # a key that the request lacks fits no comparison, and every opposite of one
        return if_exists or opposite
    return fits(values[0])
