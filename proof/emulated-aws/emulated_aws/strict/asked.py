"""A call that is about to be judged: its parameters by their names in the model, and the state that it meets."""

from __future__ import annotations

from typing import Any, NamedTuple

from moto.autoscaling.models import autoscaling_backends
from moto.awslambda.models import lambda_backends
from moto.ec2.models import ec2_backends
from moto.ecr.models import ecr_backends
from moto.ecs.models import ecs_backends
from moto.elbv2.models import elbv2_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.rds.models import rds_backends
from moto.route53.models import route53_backends
from moto.secretsmanager.models import secretsmanager_backends

from ..calls import Call


class Asked(NamedTuple):
    call: Call
    parameters: dict[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        return self.parameters.get(name, default)

    @property
    def ec2(self) -> Any:
        return ec2_backends[self.call.account][self.call.region]

    @property
    def elb(self) -> Any:
        return elbv2_backends[self.call.account][self.call.region]

    @property
    def ecs(self) -> Any:
        return ecs_backends[self.call.account][self.call.region]

    @property
    def rds(self) -> Any:
        return rds_backends[self.call.account][self.call.region]

    @property
    def functions(self) -> Any:
        return lambda_backends[self.call.account][self.call.region]

    @property
    def autoscaling(self) -> Any:
        return autoscaling_backends[self.call.account][self.call.region]

    @property
    def kms(self) -> Any:
        return kms_backends[self.call.account][self.call.region]

    @property
    def iam(self) -> Any:
        return iam_backends[self.call.account]["aws"]

    @property
    def route53(self) -> Any:
        return route53_backends[self.call.account]["aws"]

    @property
    def secrets(self) -> Any:
        return secretsmanager_backends[self.call.account][self.call.region]

    @property
    def registry(self) -> Any:
        return ecr_backends[self.call.account][self.call.region]
