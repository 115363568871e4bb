"""A call that is about to be judged: its parameters by their names in the model, and the state that it meets."""

from __future__ import annotations

from typing import Any, NamedTuple

from moto.backends import get_backend

from ..calls import Call


# moto's names of services, where the checks use another.
MOTO_NAMES = {"elb": "elbv2", "functions": "lambda", "registry": "ecr", "secrets": "secretsmanager"}
GLOBAL = ("iam", "route53")


class Asked(NamedTuple):
    call: Call
    parameters: dict[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        return self.parameters.get(name, default)

    def __getattr__(self, name: str) -> Any:
        """The state of a service, e.g. `asked.ec2`, in the account and Region of the call."""
        service = MOTO_NAMES.get(name, name)
        return get_backend(service)[self.call.account]["aws" if service in GLOBAL else self.call.region]
