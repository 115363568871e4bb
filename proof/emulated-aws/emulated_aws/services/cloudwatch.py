"""CloudWatch: the rules of Contributor Insights that AWS has for endpoint services.

moto knows rules of users alone. A rule is there once it was turned on, and can be deleted like any other. What AWS names
a rule is not documented; the name here is the template's with the service's id.
Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/ (API_PutManagedInsightRules,
API_ListManagedInsightRules); https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
"""

from __future__ import annotations

from typing import Any

from moto.cloudwatch.models import CloudWatchBackend, InsightRule
from moto.cloudwatch.responses import CloudWatchResponse as Responses
from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends

from ..extend import ApiError, adds

TEMPLATES = tuple(
    f"VpcEndpointService-{metric}ByEndpointId-v1"
    for metric in ("ActiveConnections", "Bytes", "NewConnections", "RstPackets")
)


@adds(Responses)
def put_managed_insight_rules(response: Any) -> ActionResult:
    backend: CloudWatchBackend = response.cloudwatch_backend
    failures = []
    for wish in response._get_param("ManagedRules", []):
        template, arn = wish["TemplateName"], wish["ResourceARN"]
        if template not in TEMPLATES or not _exists(backend, arn):
            failures.append(
                {
                    "FailureResource": arn,
                    "ExceptionType": "InvalidParameterValue",
                    "FailureCode": "400",
                    "FailureDescription": f"{template} is no managed rule of {arn}",
                }
            )
            continue
        rule = InsightRule(
            account_id=backend.account_id,
            region_name=backend.region_name,
            definition="",
            name=_rule_name(template, arn),
            state="ENABLED",
            schema=None,
            managed_rule=False,
        )
        backend.insight_rules[rule.name] = rule
        if wish.get("Tags"):
            backend.tagger.tag_resource(rule.rule_arn, wish["Tags"])
    return ActionResult({"Failures": failures})


@adds(Responses)
def list_managed_insight_rules(response: Any) -> ActionResult:
    backend: CloudWatchBackend = response.cloudwatch_backend
    arn = response._get_param("ResourceARN")
    if ":vpc-endpoint-service/" not in arn:
        raise ApiError("InvalidParameterValue", f"The resource {arn} has no managed rules")
    return ActionResult({"ManagedRules": [_description(backend, template, arn) for template in TEMPLATES]})


def _description(backend: CloudWatchBackend, template: str, arn: str) -> dict[str, Any]:
    rule = backend.insight_rules.get(_rule_name(template, arn))
    state = {"RuleState": {"RuleName": rule.name, "State": rule.state}} if rule else {}
    return {"TemplateName": template, "ResourceARN": arn, **state}


def _rule_name(template: str, arn: str) -> str:
    return f"{template}-{arn.rpartition('/')[2]}"


def _exists(backend: CloudWatchBackend, arn: str) -> bool:
    services = ec2_backends[backend.account_id][backend.region_name].configurations
    return arn.rpartition("/")[2] in services
