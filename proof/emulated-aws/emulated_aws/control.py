"""The control API under `/_emulator/`: what a rehearsal does to the emulated AWS, and what it asks of it.

JSON in, JSON out; a wish that cannot be met answers 400 `{"error": sentence}`. `emulator.ts` has a typed function for
each route.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.core.base_backend import BackendDict
from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from . import clock
from .access.demands import Demand
from .access.identities import find_role, role_policies
from .access.policies import ALLOWED, Request, decide
from .calls import CallLog
from .domain_names import Names
from .faults import Fault, Faults, Weather
from .prerequisites import give_boundary, give_certificate, give_hosted_zone, give_parameter, give_secret
from .remains import remains
from .services import elastic_load_balancing as load_balancing
from .services import ec2_interface_views, load_balancer_requests, rds, sns, sqs, ssm
from .services.ecs_rollouts import image_failures
from .services.ecs_tasks import planned_ends
from .strict import boundaries
from .strict.answers import Answers
from .strict.quotas import reset as reset_quotas
from .strict.quotas import set_quotas

PREFIX = "/_emulator/"

Handler = Callable[[dict[str, Any]], Any]


class Control:
    """Holds what a rehearsal can change and routes its wishes."""

    def __init__(self) -> None:
        self.calls = CallLog()
        self.faults = Faults()
        self.answers = Answers()
        self.names = Names()
        self._routes: dict[tuple[str, str], Handler] = {
            ("POST", "nodes/list"): _list_nodes,
            ("POST", "nodes/replace"): _replace_nodes,
            ("POST", "nodes/add"): _add_node,
            ("POST", "nodes/remove"): _remove_node,
            ("POST", "nodes/show"): _show_nodes,
            ("POST", "target-health"): _set_target_health,
            ("POST", "requests"): load_balancer_requests.route,
            ("POST", "tasks/end"): _plan_end,
            ("POST", "image-failures"): lambda wish: image_failures.set(wish["image"], wish.get("kind")),
            ("POST", "clock/advance"): lambda wish: {"now": clock.advance(float(wish["seconds"]))},
            ("POST", "boundary"): give_boundary,
            ("POST", "certificates"): give_certificate,
            ("POST", "hosted-zones"): give_hosted_zone,
            ("POST", "parameters"): give_parameter,
            ("POST", "secrets"): give_secret,
            ("POST", "names"): self._override_name,
            ("POST", "ecs-image"): lambda wish: {"version": ssm.publish_image(wish["account"], wish["region"])},
            ("GET", "unheard"): lambda _: {"unheard": sns.unheard()},
            ("POST", "database-upgrade"): lambda wish: {"version": rds.raise_minor_version(wish["identifier"])},
            ("POST", "database-password"): _database_password,
            ("POST", "quotas"): set_quotas,
            ("POST", "queues/backlog"): sqs.set_backlog,
            ("GET", "remains"): lambda _: remains(),
            ("POST", "reset"): self._reset,
            ("GET", "calls"): lambda _: {"calls": self.calls.entries()},
            ("DELETE", "calls"): lambda _: self.calls.forget(),
            ("GET", "answers"): lambda _: self.answers.entries(),
            ("POST", "rights"): self._refused,
            ("GET", "faults"): lambda _: {"faults": self.faults.entries()},
            ("POST", "faults"): self._inject,
            ("DELETE", "faults"): lambda _: self.faults.clear(),
            ("POST", "weather"): lambda wish: self.faults.begin(Weather(wish)),
            ("DELETE", "weather"): lambda _: {"happened": self.faults.end()},
        }

    def answer(self, request: HttpRequest) -> Response:
        handler = self._routes.get((request.method, request.path.removeprefix(PREFIX)))
        if handler is None:
            return _json({"error": f"no control call {request.method} {request.path}"}, 404)
        try:
            wish = json.loads(request.get_data() or b"{}")
            return _json(handler(wish) or {}, 200)
        except KeyError as error:
            return _json({"error": f"{error.args[0]}"}, 400)
        except (ValueError, TypeError) as error:
            return _json({"error": str(error)}, 400)

    def _inject(self, wish: dict[str, Any]) -> dict[str, Any]:
        fault = Fault.of(wish)
        self.faults.add(fault)
        return fault.entry()

    def _refused(self, wish: dict[str, Any]) -> dict[str, Any]:
        """What policies would have refused of the calls that were made with a key, and of further permissions."""
        demands: dict[Demand, str] = {
            demand: f"{call.service}:{call.action}"
            for demand, call in self.calls.demands(wish["account"], wish["accessKeyId"]).items()
        }
        for each in wish.get("further", []):
            demands.setdefault(Demand(each["action"], each["resource"]), each["why"])
        policies = wish.get("policies") or _policies_of(wish)
        refused = []
        for demand, call in sorted(demands.items()):
            context = {"aws:principalaccount": wish["account"], **dict(demand.context)}
            decision = decide(policies, Request(demand.action, demand.resource, context=context))
            if decision != ALLOWED:
                entry = {"action": demand.action, "resource": demand.resource, "call": call, "decision": decision}
                refused.append({**entry, "context": dict(demand.context)})
        return {"evaluated": len(demands), "refused": refused}

    def _reset(self, _: dict[str, Any]) -> None:
        """Every account is as new; waiting faults and recorded calls are forgotten."""
        BackendDict.reset()
        reset_quotas()
        boundaries.reset()
        self.faults.clear()
        image_failures.clear()
        self.calls.forget()

    def _override_name(self, wish: dict[str, Any]) -> None:
        self.names.override(wish["name"], wish.get("answer"))


def _policies_of(wish: dict[str, Any]) -> list[str]:
    role = find_role(wish["account"], wish["region"], wish["role"])
    if role is None:
        raise ValueError(f"no role {wish['role']}")
    return role_policies(role)


def _json(value: Any, status: int) -> Response:
    return Response(json.dumps(value), status=status, mimetype="application/json")


def _database_password(wish: dict[str, Any]) -> dict[str, Any]:
    return {"sha256": rds.password_hash(wish["identifier"])}


def _list_nodes(wish: dict[str, Any]) -> dict[str, Any]:
    balancer = load_balancing.find_load_balancer(wish["loadBalancerArn"])
    return {"nodes": [load_balancing.node_entry(node) for node in load_balancing.nodes_of(balancer)]}


def _replace_nodes(wish: dict[str, Any]) -> dict[str, Any]:
    """New nodes first, then the old ones go, so that no address is used twice."""
    balancer = load_balancing.find_load_balancer(wish["loadBalancerArn"])
    old = load_balancing.nodes_of(balancer)
    kept = {node["address"] for node in wish["nodes"] if node.get("address")}
    for node in old:
        if node.private_ip_address in kept:
            load_balancing.remove_node(balancer, str(node.private_ip_address))
    for node in wish["nodes"]:
        load_balancing.add_node(balancer, node.get("subnetId"), node.get("address"))
    for node in old:
        if node.private_ip_address not in kept:
            load_balancing.remove_node(balancer, str(node.private_ip_address))
    return _list_nodes(wish)


def _add_node(wish: dict[str, Any]) -> dict[str, Any]:
    balancer = load_balancing.find_load_balancer(wish["loadBalancerArn"])
    return load_balancing.node_entry(load_balancing.add_node(balancer, wish.get("subnetId"), wish.get("address")))


def _remove_node(wish: dict[str, Any]) -> dict[str, Any]:
    balancer = load_balancing.find_load_balancer(wish["loadBalancerArn"])
    load_balancing.remove_node(balancer, wish["address"])
    return _list_nodes(wish)


def _show_nodes(wish: dict[str, Any]) -> None:
    """How DescribeNetworkInterfaces shows the nodes: so late, and without some; `view` null: as they are."""
    balancer = load_balancing.find_load_balancer(wish["loadBalancerArn"])
    view = wish.get("view")
    ec2_interface_views.show(
        load_balancing.interface_description(balancer),
        None
        if view is None
        else ec2_interface_views.View(float(view.get("lateSeconds", 0)), set(view.get("omitted", []))),
    )


def _plan_end(wish: dict[str, Any]) -> None:
    planned_ends.add({"family": wish.get("family"), "exitCode": int(wish["exitCode"]), "logLines": wish["logLines"]})


def _set_target_health(wish: dict[str, Any]) -> None:
    """`health` null gives the target its real health back."""
    overrides = load_balancing.health_overrides(load_balancing.find_target_group(wish["targetGroupArn"]))
    if wish.get("health") is None:
        overrides.pop(wish["targetId"], None)
    else:
        overrides[wish["targetId"]] = {"state": wish["health"]["state"], **wish["health"]}
