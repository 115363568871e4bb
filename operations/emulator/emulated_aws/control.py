"""The control API under `/_emulator/`: what a rehearsal does to the emulated AWS, and what it asks of it.

JSON in, JSON out; a wish that cannot be met answers 400 `{"error": sentence}`. `emulator.ts` has a typed function for
each route.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.core.base_backend import BackendDict
from werkzeug.wrappers import Request, Response

from . import clock
from .calls import CallLog
from .domain_names import Names
from .faults import Fault, Faults
from .remains import remains
from .services import elastic_load_balancing as load_balancing
from .services import rds
from .services.ecs_tasks import planned_ends

PREFIX = "/_emulator/"

Handler = Callable[[dict[str, Any]], Any]


class Control:
    """Holds what a rehearsal can change and routes its wishes."""

    def __init__(self) -> None:
        self.calls = CallLog()
        self.faults = Faults()
        self.names = Names()
        self._routes: dict[tuple[str, str], Handler] = {
            ("POST", "nodes/list"): _list_nodes,
            ("POST", "nodes/replace"): _replace_nodes,
            ("POST", "nodes/add"): _add_node,
            ("POST", "nodes/remove"): _remove_node,
            ("POST", "target-health"): _set_target_health,
            ("POST", "tasks/end"): _plan_end,
            ("POST", "clock/advance"): lambda wish: {"now": clock.advance(float(wish["seconds"]))},
            ("POST", "names"): self._override_name,
            ("POST", "database-password"): _database_password,
            ("GET", "remains"): lambda _: remains(),
            ("POST", "reset"): self._reset,
            ("GET", "calls"): lambda _: {"calls": self.calls.entries()},
            ("DELETE", "calls"): lambda _: self.calls.forget(),
            ("GET", "faults"): lambda _: {"faults": self.faults.entries()},
            ("POST", "faults"): self._inject,
            ("DELETE", "faults"): lambda _: self.faults.clear(),
        }

    def answer(self, request: Request) -> Response:
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

    def _reset(self, _: dict[str, Any]) -> None:
        """Every account is as new; waiting faults and recorded calls are forgotten."""
        BackendDict.reset()
        self.faults.clear()
        self.calls.forget()

    def _override_name(self, wish: dict[str, Any]) -> None:
        self.names.override(wish["name"], wish.get("answer"))


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


def _plan_end(wish: dict[str, Any]) -> None:
    planned_ends.add({"family": wish.get("family"), "exitCode": int(wish["exitCode"]), "logLines": wish["logLines"]})


def _set_target_health(wish: dict[str, Any]) -> None:
    """`health` null gives the target its real health back."""
    overrides = load_balancing.health_overrides(load_balancing.find_target_group(wish["targetGroupArn"]))
    if wish.get("health") is None:
        overrides.pop(wish["targetId"], None)
    else:
        overrides[wish["targetId"]] = {"state": wish["health"]["state"], **wish["health"]}
