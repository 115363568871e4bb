"""What an account has had all along, with the ids that a configuration names: certificates, public hosted zones, parameters
and secrets of its applications, and the permissions boundary that its organization asks of every role.

A rehearsal gives them before Terraform starts; they don't count among what remains, and nothing creates them through
AWS's API, where ids can't be chosen.
"""

from __future__ import annotations

import json
from typing import Any

from moto.acm.models import acm_backends
from moto.iam.models import ManagedPolicy, iam_backends
from moto.route53.models import FakeZone, route53_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.ssm.models import ssm_backends
from moto.utilities.utils import get_partition

from .remains import parts_of
from .strict import boundaries

# A boundary gives nothing: what a role may do is what its own policies and this one allow.
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def give_certificate(wish: dict[str, Any]) -> None:
    """An issued certificate of ACM: `{"arn", "domainName"}`."""
    arn = str(wish["arn"])
    _, _, service, region, account, resource = _parts(arn)
    if service != "acm" or not resource.startswith("certificate/"):
        raise ValueError(f"{arn} is no ARN of a certificate")
    backend = acm_backends[account][region]
    if arn in backend._certificates:
        return
    made = backend.request_certificate(str(wish["domainName"]), None, [], [])  # type: ignore[arg-type]
    certificate = backend._certificates.pop(made)
    certificate.arn = arn
    certificate.status = "ISSUED"
    backend._certificates[arn] = certificate
    _is_given(backend, "_certificates", arn)


def give_hosted_zone(wish: dict[str, Any]) -> None:
    """A public hosted zone: `{"account", "region", "id", "name"}`."""
    zone_id, name = str(wish["id"]), str(wish["name"])
    backend = route53_backends[str(wish["account"])][get_partition(str(wish["region"]))]
    if zone_id in backend.zones:
        return
    made: FakeZone = backend.create_hosted_zone(name, private_zone=False)
    backend.zones[zone_id] = backend.zones.pop(made.resource_id)
    made.resource_id = zone_id
    _is_given(backend, "zones", zone_id)


def give_parameter(wish: dict[str, Any]) -> None:
    """A parameter of Systems Manager: `{"account", "region", "name", "type", "value"}`; a later value is a new version."""
    backend = ssm_backends[str(wish["account"])][str(wish["region"])]
    name, value, kind = str(wish["name"]), str(wish["value"]), str(wish["type"])
    backend.put_parameter(name, "", value, kind, "", "alias/aws/ssm", True, [], "text", None, None)
    for path in parts_of(backend, name):
        _is_given(backend, *path)


def give_secret(wish: dict[str, Any]) -> None:
    """A secret of Secrets Manager by its full ARN: `{"arn", "value"}`."""
    arn = str(wish["arn"])
    _, _, service, region, account, resource = _parts(arn)
    if service != "secretsmanager" or not resource.startswith("secret:"):
        raise ValueError(f"{arn} is no ARN of a secret")
    # the six characters at the end are not of its name
    name = resource.removeprefix("secret:")[:-7]
    backend = secretsmanager_backends[account][region]
    if name in backend.secrets:
        return
    backend.create_secret(name, str(wish["value"]), None, None, None, None, None, [], False)
    backend.secrets[name].arn = arn
    for path in parts_of(backend, name):
        _is_given(backend, *path)


def give_boundary(wish: dict[str, Any]) -> None:
    """A policy, `{"account", "region", "arn"}`, without which as its boundary nobody can make a role in the account."""
    arn, account, region = str(wish["arn"]), str(wish["account"]), str(wish["region"])
    _, _, service, _, _, resource = _parts(arn)
    if service != "iam" or not resource.startswith("policy/"):
        raise ValueError(f"{arn} is no ARN of a policy")
    policies = iam_backends[account][get_partition(region)].managed_policies
    if arn not in policies:
        path, _, name = resource.removeprefix("policy").rpartition("/")
        policies[arn] = ManagedPolicy(name, account, region, document=json.dumps(EVERYTHING), path=f"{path}/")
        _is_given(iam_backends[account][get_partition(region)], "managed_policies", arn)
    boundaries.require(account, arn)


def _parts(arn: str) -> list[str]:
    parts = arn.split(":", 5)
    if len(parts) != 6:
        raise ValueError(f"{arn} is no ARN")
    return parts


def _is_given(backend: Any, *path: str) -> None:
    """From now on the resource is one that was there before, see `remains`."""
    backend.aws_provided = frozenset({*getattr(backend, "aws_provided", ()), path})
