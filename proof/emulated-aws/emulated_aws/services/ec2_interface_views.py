"""EC2: DescribeNetworkInterfaces as it may answer for a load balancer's nodes: late, or without some of them.

Amazon EC2's API is eventually consistent, and a load balancer's interfaces come and go without the user's doing.
Source: https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface, NetworkInterfaceBackend

from .. import clock
from ..extend import replaces
from .ec2_addresses import ManagedNetworkInterface


@dataclass
class View:
    """How the interfaces with one description are shown."""

    late_seconds: float = 0
    omitted: set[str] = field(default_factory=set)


_views: dict[str, View] = {}
_made: dict[str, float] = {}
_gone: list[tuple[float, EC2Backend, ManagedNetworkInterface]] = []


def show(description: str, view: View | None) -> None:
    """None: as they are."""
    if view is None:
        _views.pop(description, None)
    else:
        _views[description] = view


def made(interface: ManagedNetworkInterface) -> None:
    _made[interface.id] = clock.now()


def gone(backend: EC2Backend, interface: ManagedNetworkInterface) -> None:
    _gone.append((clock.now(), backend, interface))


@replaces(NetworkInterfaceBackend)
def get_all_network_interfaces(
    original: Callable[..., list[NetworkInterface]], backend: Any, eni_ids: Any = None, filters: Any = None
) -> list[NetworkInterface]:
    late = [
        interface
        for at, owner, interface in _gone
        if owner is backend and (view := _views.get(interface.description)) and at > clock.now() - view.late_seconds
    ]
    backend.enis.update({interface.id: interface for interface in late})
    try:
        found = original(backend, eni_ids, filters)
    finally:
        for interface in late:
            backend.enis.pop(interface.id, None)
    return [interface for interface in found if not _is_hidden(interface)]


def _is_hidden(interface: NetworkInterface) -> bool:
    view = _views.get(interface.description)
    if view is None:
        return False
    is_new = _made.get(interface.id, 0) > clock.now() - view.late_seconds
    return is_new or str(interface.private_ip_address) in view.omitted
