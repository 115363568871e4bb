"""Elastic Load Balancing: where an Application Load Balancer sends a request, unless its web ACL blocks it.

The rules of the listener are tried in the order of their priority, the default action last; of the target group that the
rule names, the next healthy target is taken, or the next of all if none is healthy. Nothing runs behind a target, so the
answer is the task there. Sessions (stickiness) and slow start change no decision here.
Sources: User Guide for Application Load Balancers, "Listener rules", "Condition types for listener rules", "Action types
for listener rules" and "Health checks for your target groups" (no healthy target: all of them)
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from moto.ecs.models import ecs_backends
from moto.elbv2.models import FakeListener, FakeLoadBalancer, FakeTargetGroup

from . import web_acls
from .ecs_services import synchronize
from .ecs_tasks import running_tasks
from .elastic_load_balancing import answers, backend_of, find_load_balancer, health_overrides


class HttpRequest(NamedTuple):
    """What conditions of rules look at."""

    host: str
    path: str
    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    source: str
    port: int
    protocol: str

    @classmethod
    def of(cls, wish: Mapping[str, Any], listener: FakeListener) -> HttpRequest:
        return cls(
            wish["host"],
            wish["path"],
            wish.get("method", "GET"),
            wish.get("headers", {}),
            wish.get("query", {}),
            wish.get("source", "192.0.2.1"),
            int(listener.port),
            listener.protocol,
        )


def route(wish: dict[str, Any]) -> dict[str, Any]:
    """What becomes of a request, the last of `times`: the rule that decides, its action, and the target and task that get it.

    Raises KeyError or ValueError with a sentence when there is no such load balancer or listener.
    """
    for _ in range(int(wish.get("times", 1)) - 1):
        _route(wish)
    return _route(wish)


def _route(wish: dict[str, Any]) -> dict[str, Any]:
    balancer = find_load_balancer(wish["loadBalancerArn"])
    backend = backend_of(balancer.arn)
    synchronize(ecs_backends[backend.account_id][backend.region_name])
    listener = _listener(balancer, int(wish["port"]))
    request = HttpRequest.of(wish, listener)
    decision = web_acls.decide(balancer, request.headers)
    seen = {"webAclRules": decision.matched} if decision is not None else {}
    if decision is not None and decision.status is not None:
        return {**seen, "priority": "web ACL", "action": "block", "status": decision.status}
    in_order = sorted(listener._non_default_rules.values(), key=lambda rule: int(rule.priority))
    rule = next((each for each in in_order if _applies(each.conditions, request)), None)
    # `modify_listener` changes the listener's own actions alone
    actions = rule.actions if rule is not None else listener.default_actions
    decided = {"rule": rule.arn, "priority": int(rule.priority)} if rule is not None else {"priority": "default"}
    return {**seen, **decided, **_act(balancer, rule or listener, [each.data for each in actions], request)}


def _listener(balancer: FakeLoadBalancer, port: int) -> FakeListener:
    for listener in balancer.listeners.values():
        if int(listener.port) == port:
            return listener
    raise ValueError(f"{balancer.name} has no listener on port {port}")


# --- conditions ----------------------------------------------------------------------------------------------------


def _matches(pattern: str, text: str, flags: int = re.IGNORECASE) -> bool:
    """`*` stands for any characters, also none, and `?` for one."""
    expression = "".join({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in pattern)
    return re.fullmatch(expression, text, flags | re.DOTALL) is not None


def _any(patterns: Iterable[str], text: str | None, flags: int = re.IGNORECASE) -> bool:
    return text is not None and any(_matches(pattern, text, flags) for pattern in patterns)


def _header(condition: Mapping[str, Any], request: HttpRequest) -> bool:
    wish = condition["HttpHeaderConfig"]
    named = [value for name, value in request.headers.items() if name.lower() == wish["HttpHeaderName"].lower()]
    return any(_any(wish["Values"], value) for value in named)


def _query(condition: Mapping[str, Any], request: HttpRequest) -> bool:
    return any(
        _matches(wish["Value"], value) and (not wish.get("Key") or _matches(wish["Key"], key))
        for wish in condition["QueryStringConfig"]["Values"]
        for key, value in request.query.items()
    )


def _values(condition: Mapping[str, Any], name: str) -> list[str]:
    """Newer calls have a configuration for each kind of condition, older ones `Values`."""
    return list((condition.get(name) or condition)["Values"])


CONDITIONS: dict[str, Callable[[Mapping[str, Any], HttpRequest], bool]] = {
    "path-pattern": lambda condition, request: _any(_values(condition, "PathPatternConfig"), request.path, 0),
    "host-header": lambda condition, request: _any(_values(condition, "HostHeaderConfig"), request.host),
    "http-request-method": lambda condition, request: request.method
    in _values(condition, "HttpRequestMethodConfig"),
    "http-header": _header,
    "query-string": _query,
    "source-ip": lambda condition, request: any(
        ipaddress.ip_address(request.source) in ipaddress.ip_network(block)
        for block in _values(condition, "SourceIpConfig")
    ),
}


def _applies(conditions: Iterable[Mapping[str, Any]], request: HttpRequest) -> bool:
    return all(CONDITIONS[condition["Field"]](condition, request) for condition in conditions)


# --- actions -------------------------------------------------------------------------------------------------------


def _act(balancer: FakeLoadBalancer, rule: Any, actions: list[dict[str, Any]], request: HttpRequest) -> dict[str, Any]:
    """The last action of a rule ends it; those before authenticate."""
    *before, last = actions
    for each in before:
        raise ValueError(f"the emulator lacks the action {each['Type']}")
    kind = last["Type"]
    if kind == "fixed-response":
        return {"action": kind, "status": int(last["FixedResponseConfig"]["StatusCode"])}
    if kind == "redirect":
        wish = last["RedirectConfig"]
        return {"action": kind, "status": int(wish["StatusCode"].removeprefix("HTTP_")), "location": _location(wish, request)}
    if kind != "forward":
        raise ValueError(f"the emulator lacks the action {kind}")
    arn = _group(rule, last)
    if arn is None:
        return {"action": kind, "status": 503}
    group = backend_of(balancer.arn).target_groups[arn]
    return {"action": kind, "targetGroupArn": arn, **_target(group)}


def _location(wish: Mapping[str, str], request: HttpRequest) -> str:
    parts = {
        "#{protocol}": request.protocol,
        "#{host}": request.host,
        "#{port}": str(request.port),
        # without its first slash
        "#{path}": request.path.removeprefix("/"),
        "#{query}": "&".join(f"{key}={value}" for key, value in request.query.items()),
    }

    def filled(name: str, default: str) -> str:
        text = wish.get(name) or default
        for part, value in parts.items():
            text = text.replace(part, value)
        return text

    query = filled("Query", "#{query}")
    address = f"{filled('Protocol', '#{protocol}').lower()}://{filled('Host', '#{host}')}:{filled('Port', '#{port}')}"
    return address + filled("Path", "/#{path}") + (f"?{query}" if query else "")


def _group(rule: Any, action: Mapping[str, Any]) -> str | None:
    """The target group whose turn it is by weight; one without a healthy target is not passed over."""
    weights = {
        each["TargetGroupArn"]: int(each.get("Weight", 1))
        for each in (action.get("ForwardConfig") or {}).get("TargetGroups", [])
    } or {action["TargetGroupArn"]: 1}
    possible = [arn for arn, weight in weights.items() if weight > 0]
    if not possible:
        return None
    sent: dict[str, int] = rule.__dict__.setdefault("requests_sent", {})
    chosen = min(possible, key=lambda arn: (sent.get(arn, 0) + 1) / weights[arn])
    sent[chosen] = sent.get(chosen, 0) + 1
    return chosen


def _target(group: FakeTargetGroup) -> dict[str, Any]:
    targets = list(group.targets.values())
    chosen = [each for each in targets if _is_healthy(group, each)] or targets
    if not chosen:
        return {"status": 503}
    number = group.__dict__.setdefault("requests_sent", 0)
    group.__dict__["requests_sent"] = number + 1
    target = chosen[number % len(chosen)]
    task = _task_at(group, target["Id"])
    return {"target": {"id": target["Id"], "port": target["Port"]}, **({"task": task} if task else {})}


def _is_healthy(group: FakeTargetGroup, target: Mapping[str, Any]) -> bool:
    override = health_overrides(group).get(target["Id"])
    return override["state"] == "healthy" if override is not None else answers(group, target["Id"])


def _task_at(group: FakeTargetGroup, address: str) -> dict[str, Any] | None:
    for task in running_tasks(ecs_backends[group.account_id][group.region_name]):
        interface = task.interface
        if interface is not None and interface.vpc_id == group.vpc_id and interface.private_ip_address == address:
            return {"group": task.group, "taskArn": task.task_arn, "taskDefinitionArn": task.task_definition_arn}
    return None
