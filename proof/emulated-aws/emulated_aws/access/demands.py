"""What IAM asks for one AWS call: actions, resources and context, with those that the call brings along.

An API operation may need actions of another name, actions of other services, and permissions that no operation has.
Where a call's resource can't be told, it is `*`; a statement that is bound to a resource then does not fit.
Sources: the Service Authorization Reference
(https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html),
"Dependent actions" there, and for S3
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from moto.core.request import Request as HttpRequest
from moto.iam.models import iam_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.utilities.utils import get_partition

from ..calls import Call
from .identities import find_key, find_role


class Demand(NamedTuple):
    """One permission that a call needs. `context` holds condition keys in lower case."""

    action: str
    resource: str = "*"
    context: tuple[tuple[str, str], ...] = ()


# Operations whose action has another name.
ACTION_OF = {
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:GetBucketLifecycle": "s3:GetLifecycleConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:PutBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:PutBucketNotificationConfiguration": "s3:PutBucketNotification",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "lambda:Invoke": "lambda:InvokeFunction",
}

# The action that tags given with a creation need.
TAGGING = {
    "backup": "backup:TagResource",
    "dynamodb": "dynamodb:TagResource",
    "ec2": "ec2:CreateTags",
    "ecr": "ecr:TagResource",
    "ecs": "ecs:TagResource",
    "elasticfilesystem": "elasticfilesystem:TagResource",
    "elasticloadbalancing": "elasticloadbalancing:AddTags",
    "events": "events:TagResource",
    "kms": "kms:TagResource",
    "lambda": "lambda:TagResource",
    "logs": "logs:TagResource",
    "rds": "rds:AddTagsToResource",
    "secretsmanager": "secretsmanager:TagResource",
    "sns": "sns:TagResource",
    "wafv2": "wafv2:TagResource",
}

# Actions of other services, or without an operation, that a call needs on any resource.
BROUGHT_ALONG = {
    "backup:CreateBackupVault": (
        "backup-storage:MountCapsule",
        "kms:CreateGrant",
        "kms:GenerateDataKey",
        "kms:Decrypt",
        "kms:RetireGrant",
        "kms:DescribeKey",
    ),
    "ec2:CreateFlowLogs": ("logs:CreateLogDelivery",),
    "elasticfilesystem:CreateFileSystem": ("kms:DescribeKey", "kms:CreateGrant"),
    "elasticfilesystem:CreateMountTarget": (
        "ec2:DescribeSubnets",
        "ec2:DescribeNetworkInterfaces",
        "ec2:CreateNetworkInterface",
    ),
    "rds:CreateDBCluster": ("kms:CreateGrant", "kms:DescribeKey"),
    "rds:CreateDBInstance": ("kms:CreateGrant", "kms:DescribeKey"),
    "autoscaling:CreateAutoScalingGroup": ("ec2:RunInstances",),
    "wafv2:AssociateWebACL": ("elasticloadbalancing:SetWebAcl",),
    "wafv2:DisassociateWebACL": ("elasticloadbalancing:SetWebAcl",),
    "wafv2:GetWebACLForResource": ("wafv2:GetWebACL",),
}

# The service whose role AWS makes when the first resource of an account is created.
SERVICE_LINKED_ROLE_OF = {
    "application-autoscaling:RegisterScalableTarget": "ecs.application-autoscaling.amazonaws.com",
    "autoscaling:CreateAutoScalingGroup": "autoscaling.amazonaws.com",
    "backup:CreateBackupSelection": "backup.amazonaws.com",
    "ecs:CreateCluster": "ecs.amazonaws.com",
    "elasticfilesystem:CreateFileSystem": "elasticfilesystem.amazonaws.com",
    "elasticloadbalancing:CreateLoadBalancer": "elasticloadbalancing.amazonaws.com",
    "rds:CreateDBCluster": "rds.amazonaws.com",
    "rds:CreateDBInstance": "rds.amazonaws.com",
}

# Members of a request that hand a role to a service.
PASSES = {
    "backup:CreateBackupSelection": ("backup.amazonaws.com", ("IamRoleArn",)),
    "ec2:CreateFlowLogs": ("vpc-flow-logs.amazonaws.com", ("DeliverLogsPermissionArn",)),
    "ecs:RegisterTaskDefinition": ("ecs-tasks.amazonaws.com", ("executionRoleArn", "taskRoleArn")),
    "iam:AddRoleToInstanceProfile": ("ec2.amazonaws.com", ("RoleName",)),
    "lambda:CreateFunction": ("lambda.amazonaws.com", ("Role",)),
    "rds:CreateDBInstance": ("monitoring.rds.amazonaws.com", ("MonitoringRoleArn",)),
    "scheduler:CreateSchedule": ("scheduler.amazonaws.com", ("RoleArn",)),
    "scheduler:UpdateSchedule": ("scheduler.amazonaws.com", ("RoleArn",)),
}

# Members that name the resource of a call, with the form of its ARN; a member that is an ARN stays as it is.
RESOURCE_MEMBERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "dynamodb": (("TableName", "table/{}"),),
    "ec2": (("ServiceId", "vpc-endpoint-service/{}"),),
    "ecr": (("repositoryName", "repository/{}"),),
    "ecs": (("serviceName", "service/{}"), ("taskDefinition", "task-definition/{}"), ("cluster", "cluster/{}")),
    "elasticfilesystem": (("FileSystemId", "file-system/{}"),),
    "elasticloadbalancing": (
        ("TargetGroupArn", "{}"),
        ("ListenerArn", "{}"),
        ("LoadBalancerArn", "{}"),
        ("TrustStoreArn", "{}"),
    ),
    "events": (("Rule", "rule/{}"), ("Name", "rule/{}")),
    "lambda": (("FunctionName", "function:{}"),),
    "logs": (("logGroupName", "log-group:{}:log-stream:"),),
    "rds": (("DBInstanceIdentifier", "db:{}"), ("DBClusterIdentifier", "cluster:{}")),
    "scheduler": (("Name", "schedule/default/{}"),),
    "sns": (("TopicArn", "{}"),),
    "wafv2": (("ResourceArn", "{}"), ("ResourceARN", "{}")),
}

# Services whose Describe and List actions know no resource.
READ_AS_A_WHOLE = ("application-autoscaling", "autoscaling", "cloudwatch", "ec2", "elasticloadbalancing")

# Actions of every service that know no resource.
READ_AS_LISTS = ("List", "BatchGet")


def demands_of(call: Call, request: HttpRequest, parameters: Mapping[str, Any]) -> frozenset[Demand]:
    """Everything that IAM would ask the caller for. `parameters` by their names in the model; none that can't be read."""
    name = f"{call.service}:{call.action}"
    params = {} if call.action.startswith(READ_AS_LISTS) else parameters
    found = set()
    # global services are asked about in us-east-1
    region = "us-east-1" if call.service in ("iam", "route53") else call.region
    for demand in (*_own(call, name, params, request), *_brought_along(call, name, params)):
        found.add(demand._replace(context=(*demand.context, ("aws:requestedregion", region))))
    return frozenset(found)


# --- a call's own action -------------------------------------------------------------------------------------------


def _own(call: Call, name: str, params: Mapping[str, Any], request: HttpRequest) -> Iterator[Demand]:
    action = ACTION_OF.get(name, name)
    if call.service == "s3":
        yield from _s3(call, action, request)
    elif call.service == "iam":
        yield _iam(call, action, params)
    elif call.service == "secretsmanager":
        yield from _secret(call, action, params)
    elif call.service == "kms":
        key = find_key(call.region, call.account, params["KeyId"]) if params.get("KeyId") else None
        yield Demand(action, key.arn if key is not None else "*")
    elif name == "ssm:GetParameter":
        yield Demand(action, _parameter_arn(call, str(params.get("Name", ""))))
    else:
        yield Demand(action, _resource(call, params))


def _resource(call: Call, params: Mapping[str, Any]) -> str:
    if call.service in READ_AS_A_WHOLE and call.action.startswith(("Describe", "List")):
        return "*"
    for member, form in RESOURCE_MEMBERS.get(call.service, ()):
        value = params.get(member)
        if isinstance(value, str) and value:
            return value if value.startswith("arn:") else _arn(call, call.service, form.format(value))
    return "*"


def _arn(call: Call, service: str, resource: str, *, regional: bool = True) -> str:
    region = call.region if regional else ""
    return f"arn:{get_partition(call.region)}:{service}:{region}:{call.account}:{resource}"


def _parameter_arn(call: Call, name: str) -> str:
    partition = get_partition(call.region)
    # AWS's own parameters belong to no account
    account = "" if name.startswith("/aws/service/") else call.account
    return f"arn:{partition}:ssm:{call.region}:{account}:parameter/{name.lstrip('/')}"


def _iam(call: Call, action: str, params: Mapping[str, Any]) -> Demand:
    context: tuple[tuple[str, str], ...] = ()
    for member, key in (("PolicyArn", "iam:policyarn"), ("AWSServiceName", "iam:awsservicename")):
        if params.get(member):
            context = (*context, (key, str(params[member])))
    role = find_role(call.account, call.region, str(params["RoleName"])) if params.get("RoleName") else None
    boundary = params.get("PermissionsBoundary") or getattr(role, "permissions_boundary_arn", None)
    if boundary:
        context = (*context, ("iam:permissionsboundary", str(boundary)))
    profiles = iam_backends[call.account][get_partition(call.region)].instance_profiles.values()
    profile = next((each for each in list(profiles) if each.name == params.get("InstanceProfileName")), None)
    for member, kind, found in (
        ("InstanceProfileName", "instance-profile", profile),
        ("RoleName", "role", role),
        ("UserName", "user", None),
    ):
        if params.get(member):
            path = str(params.get("Path") or "/").strip("/")
            made = _arn(call, "iam", f"{kind}/{path + '/' if path else ''}{params[member]}", regional=False)
            # what exists has a path of its own, which only its creation names
            return Demand(action, found.arn if found is not None else made, context)
    return Demand(action, str(params.get("PolicyArn") or "*"), context)


def _s3(call: Call, action: str, request: HttpRequest) -> Iterator[Demand]:
    bucket, _, key = request.path.lstrip("/").partition("/")
    partition = get_partition(call.region)
    if not bucket:
        yield Demand(action)
        return
    is_object = bool(key) or action == "s3:DeleteObject"
    arn = f"arn:{partition}:s3:::{bucket}"
    resource = f"{arn}/{key or 'any'}" if is_object else arn
    yield Demand(action, resource)
    if request.headers.get("x-amz-tagging"):
        yield Demand("s3:PutObjectTagging", resource)
    if not key:
        return
    if action == "s3:PutObject":
        key_id = _key_of_write(call, bucket, request)
        if key_id:
            yield _through(call, "s3", "kms:GenerateDataKey", key_id)
    if action == "s3:GetObject":
        stored = _stored(call, bucket, key)
        # a marker of a deleted object is encrypted with nothing
        if getattr(stored, "encryption", None) == "aws:kms" and stored.kms_key_id:
            yield _through(call, "s3", "kms:Decrypt", stored.kms_key_id)


def _key_of_write(call: Call, bucket: str, request: HttpRequest) -> str | None:
    """The KMS key that an object is encrypted with: a header of the request goes before the bucket's default."""
    wished = request.headers.get("x-amz-server-side-encryption")
    if wished:
        given = request.headers.get("x-amz-server-side-encryption-aws-kms-key-id")
        return given if wished == "aws:kms" else None
    found = s3_backends[call.account][get_partition(call.region)].buckets.get(bucket)
    rule = ((found.encryption or {}).get("Rule") or {}) if found is not None else {}
    default = rule.get("ApplyServerSideEncryptionByDefault") or {}
    return default.get("KMSMasterKeyID") if default.get("SSEAlgorithm") == "aws:kms" else None


def _stored(call: Call, bucket: str, key: str) -> Any:
    found = s3_backends[call.account][get_partition(call.region)].buckets.get(bucket)
    return found.keys.get(key) if found is not None else None


def _through(call: Call, service: str, action: str, key_id: str) -> Demand:
    key = find_key(call.region, call.account, key_id)
    arn = key.arn if key is not None else key_id
    return Demand(action, arn, (("kms:viaservice", f"{service}.{call.region}.amazonaws.com"),))


def _secret(call: Call, action: str, params: Mapping[str, Any]) -> Iterator[Demand]:
    wanted = str(params.get("SecretId") or params.get("Name") or "")
    secrets = secretsmanager_backends[call.account][call.region].secrets
    secret = next((each for each in secrets.values() if wanted in (each.arn, each.name)), None)
    arn = secret.arn if secret is not None else _arn(call, "secretsmanager", f"secret:{wanted}-AAAAAA")
    yield Demand(action, arn if wanted else "*")
    key = params.get("KmsKeyId") or (secret.kms_key_id if secret is not None else None)
    if not key or key.startswith("alias/aws/"):
        return
    if action == "secretsmanager:GetSecretValue":
        yield _through(call, "secretsmanager", "kms:Decrypt", key)
    if action in ("secretsmanager:CreateSecret", "secretsmanager:PutSecretValue"):
        yield _through(call, "secretsmanager", "kms:GenerateDataKey", key)
        yield _through(call, "secretsmanager", "kms:Decrypt", key)


# --- what comes along ----------------------------------------------------------------------------------------------


def _brought_along(call: Call, name: str, params: Mapping[str, Any]) -> Iterator[Demand]:
    for action in BROUGHT_ALONG.get(name, ()):
        yield Demand(action)
    service_principal = SERVICE_LINKED_ROLE_OF.get(name)
    if service_principal:
        role = f"role/aws-service-role/{service_principal}/any"
        context = (("iam:awsservicename", service_principal),)
        yield Demand("iam:CreateServiceLinkedRole", _arn(call, "iam", role, regional=False), context)
    principal, members = PASSES.get(name, ("", ()))
    for member in members:
        if params.get(member):
            arn = str(params[member])
            if not arn.startswith("arn:"):
                role = find_role(call.account, call.region, arn)
                arn = role.arn if role is not None else _arn(call, "iam", f"role/{arn}", regional=False)
            yield Demand("iam:PassRole", arn, (("iam:passedtoservice", principal),))
    if call.action.startswith(("Create", "Register", "Run", "Put")) and _has_tags(params):
        if call.service == "iam":
            yield _iam(call, "iam:TagInstanceProfile" if params.get("InstanceProfileName") else "iam:TagRole", params)
        elif call.service in TAGGING:
            yield Demand(TAGGING[call.service])
    yield from _further_regions(call, name, params)


def _has_tags(params: Mapping[str, Any]) -> bool:
    return any(params.get(each) for each in ("Tags", "tags", "TagSpecifications", "TagSpecification", "BackupVaultTags"))


def _further_regions(call: Call, name: str, params: Mapping[str, Any]) -> Iterator[Demand]:
    """A permission without an operation: AWS asks for it where PrivateLink crosses Regions."""
    members = ("SupportedRegions", "AddSupportedRegions", "RemoveSupportedRegions")
    if "VpcEndpointServiceConfiguration" in name and any(params.get(member) for member in members):
        yield Demand("vpce:AllowMultiRegion", _arn(call, "ec2", "vpc-endpoint-service/any"))
    if name == "ec2:CreateVpcEndpoint" and params.get("ServiceRegion") not in (None, call.region):
        yield Demand("vpce:AllowMultiRegion", _arn(call, "ec2", "vpc-endpoint/any"))
