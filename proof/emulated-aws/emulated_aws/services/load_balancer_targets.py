"""Elastic Load Balancing: an ALB as the target of an NLB holds the listener on the target's port.

moto deletes the listener below it; on AWS a listener's port that is registered can't be taken away before the target is.
Sources: User Guide for Network Load Balancers, "Use Application Load Balancers as targets of a Network Load Balancer";
the refusal's words are those in https://github.com/hashicorp/terraform-provider-aws/issues/34860
"""

from __future__ import annotations

from collections.abc import Callable

from moto.elbv2.exceptions import ResourceInUseError
from moto.elbv2.models import ELBv2Backend, FakeListener

from ..extend import replaces


@replaces(ELBv2Backend)
def delete_listener(original: Callable[..., FakeListener], backend: ELBv2Backend, listener_arn: str) -> FakeListener:
    _refuse_if_registered(backend, listener_arn)
    return original(backend, listener_arn)


def _refuse_if_registered(backend: ELBv2Backend, listener_arn: str) -> None:
    for balancer in backend.load_balancers.values():
        listener = balancer.listeners.get(listener_arn)
        if listener is None:
            continue
        for group in backend.target_groups.values():
            if group.target_type != "alb":
                continue
            for target in group.targets.values():
                if target["Id"] == balancer.arn and int(target["Port"]) == int(listener.port):
                    raise ResourceInUseError(
                        f"Listener port '{listener.port}' is in use by registered target '{balancer.arn}' "
                        "and cannot be removed."
                    )
