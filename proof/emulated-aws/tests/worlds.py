"""What the examples of refusals.yaml need to be there: each world is made by ordinary calls and names what it made."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend, Zone

from emulated_aws.prerequisites import give_boundary

Client = Callable[..., Any]
Names = dict[str, Any]
World = Callable[[Client, Names], None]

WORLDS: dict[str, World] = {}


def world(name: str, *needs: str) -> Callable[[World], World]:
    """Registers a world; those that it needs are made before, once."""

    def decorate(make: World) -> World:
        def whole(client: Client, names: Names) -> None:
            if name in names["worlds"]:
                return
            names["worlds"].add(name)
            for each in needs:
                WORLDS[each](client, names)
            make(client, names)

        WORLDS[name] = whole
        return whole

    return decorate


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


# --- texts ---------------------------------------------------------------------------------------------------------


@world("long")
def long(_: Client, names: Names) -> None:
    names["letters256"] = "a" * 256
    names["letters5k"] = "a" * 5000
    names["letters70k"] = "a" * 70_000
    names["base64_17k"] = base64.b64encode(b"a" * 17_000).decode()
    services = [f"service{number}.amazonaws.com" for number in range(120)]
    statement = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}
    names["trust3k"] = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    actions = [f"s3:GetObject{'a' * 40}{number}" for number in range(220)]
    allowed = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    names["policy11k"] = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})


@world("fifty-one-tags")
def tags(_: Client, names: Names) -> None:
    keys = [f"tag-{number}" for number in range(51)]
    names["tags51"] = [{"Key": key, "Value": "x"} for key in keys]
    names["tags51_lower"] = [{"key": key, "value": "x"} for key in keys]
    names["tags51_map"] = dict.fromkeys(keys, "x")


# --- networks ------------------------------------------------------------------------------------------------------


def subnet(client: Client, vpc: str, zone: str, block: str, region: str = "eu-central-1") -> str:
    ec2 = client("ec2", region)
    return str(ec2.create_subnet(VpcId=vpc, AvailabilityZone=zone, CidrBlock=block)["Subnet"]["SubnetId"])


@world("network")
def network(client: Client, names: Names) -> None:
    ec2 = client("ec2")
    vpc = names["vpc"] = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    names["subnet_a"] = subnet(client, vpc, "eu-central-1a", "10.0.0.0/24")
    names["subnet_a2"] = subnet(client, vpc, "eu-central-1a", "10.0.1.0/24")
    names["subnet_b"] = subnet(client, vpc, "eu-central-1b", "10.0.2.0/24")
    names["group"] = ec2.create_security_group(VpcId=vpc, GroupName="app", Description="app")["GroupId"]


def way_out(client: Client, names: Names) -> None:
    """Tasks in subnet a of world `network` reach the internet through a NAT gateway in subnet b."""
    ec2 = client("ec2")
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=names["vpc"])
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=names["subnet_b"], AllocationId=address)["NatGateway"]["NatGatewayId"]
    for each, target in (("subnet_b", {"GatewayId": gateway}), ("subnet_a", {"NatGatewayId": nat})):
        table = ec2.create_route_table(VpcId=names["vpc"])["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
        ec2.associate_route_table(RouteTableId=table, SubnetId=names[each])


@world("two-ranges", "network")
def two_ranges(client: Client, names: Names) -> None:
    ranges = [{"CidrIp": f"10.{number}.0.0/16"} for number in (1, 2)]
    client("ec2").authorize_security_group_ingress(
        GroupId=names["group"],
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": ranges}],
    )


@world("five-vpcs")
def five_vpcs(client: Client, names: Names) -> None:
    # an account has a default VPC
    for number in range(4):
        client("ec2").create_vpc(CidrBlock=f"10.{number}.0.0/16")


@world("five-addresses")
def five_addresses(client: Client, names: Names) -> None:
    for _ in range(5):
        client("ec2").allocate_address(Domain="vpc")


@world("tokyo")
def tokyo(client: Client, names: Names) -> None:
    """An account that is old enough to have apne1-az3, which moto does not show."""
    zones = RegionsAndZonesBackend.zones["ap-northeast-1"]
    if all(zone.zone_id != "apne1-az3" for zone in zones):
        zones.append(Zone(region_name="ap-northeast-1", name="ap-northeast-1b", zone_id="apne1-az3"))
    ec2 = client("ec2", "ap-northeast-1")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    names["tokyo_subnet"] = subnet(client, vpc, "ap-northeast-1b", "10.0.0.0/24", "ap-northeast-1")
    names["tokyo_address"] = ec2.allocate_address(Domain="vpc")["AllocationId"]


@world("virginia")
def virginia(client: Client, names: Names) -> None:
    """A load balancer in two zones, one of them use1-az3."""
    vpc = client("ec2", "us-east-1").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        subnet(client, vpc, "us-east-1e", "10.0.0.0/24", "us-east-1"),
        subnet(client, vpc, "us-east-1a", "10.0.1.0/24", "us-east-1"),
    ]
    made = client("elbv2", "us-east-1").create_load_balancer(
        Name="outer", Type="network", Scheme="internal", Subnets=subnets
    )
    names["virginia_nlb"] = made["LoadBalancers"][0]["LoadBalancerArn"]


# --- load balancers ------------------------------------------------------------------------------------------------


def load_balancer(client: Client, name: str, subnets: list[str], kind: str) -> str:
    made = client("elbv2").create_load_balancer(Name=name, Type=kind, Scheme="internal", Subnets=subnets)
    return str(made["LoadBalancers"][0]["LoadBalancerArn"])


def target_group(client: Client, names: Names, name: str, **options: Any) -> str:
    made = client("elbv2").create_target_group(Name=name, Port=80, VpcId=names["vpc"], **options)
    return str(made["TargetGroups"][0]["TargetGroupArn"])


def forward(group: str) -> list[dict[str, str]]:
    return [{"Type": "forward", "TargetGroupArn": group}]


@world("http-group", "network")
def http_group(client: Client, names: Names) -> None:
    names["http_group"] = target_group(client, names, "http", Protocol="HTTP", TargetType="ip")


@world("alb", "network")
def alb(client: Client, names: Names) -> None:
    names["alb"] = load_balancer(client, "inner", [names["subnet_a"], names["subnet_b"]], "application")
    names["alb_group"] = target_group(client, names, "app", Protocol="HTTP", TargetType="ip")


@world("second-alb", "network")
def second_alb(client: Client, names: Names) -> None:
    names["second_alb"] = arn = load_balancer(client, "second", [names["subnet_a"], names["subnet_b"]], "application")
    group = target_group(client, names, "second", Protocol="HTTP", TargetType="ip")
    client("elbv2").create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=forward(group))


@world("alb-listener", "alb")
def alb_listener(client: Client, names: Names) -> None:
    made = client("elbv2").create_listener(
        LoadBalancerArn=names["alb"], Protocol="HTTP", Port=80, DefaultActions=forward(names["alb_group"])
    )
    names["alb_listener"] = made["Listeners"][0]["ListenerArn"]


def rate_rule(number: int, limit: int = 100, value: bytes = b"acme", action: dict[str, Any] | None = None) -> dict[str, Any]:
    """A rule that counts all requests with a value of x-consumer together."""
    compared = {
        "SearchString": value,
        "FieldToMatch": {"SingleHeader": {"Name": "x-consumer"}},
        "PositionalConstraint": "EXACTLY",
        "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
    }
    rate = {
        "Limit": limit,
        "EvaluationWindowSec": 300,
        "AggregateKeyType": "CONSTANT",
        "ScopeDownStatement": {"ByteMatchStatement": compared},
    }
    return {
        "Name": f"rule-{number}",
        "Priority": number,
        "Action": action or {"Block": {"CustomResponse": {"ResponseCode": 429}}},
        "Statement": {"RateBasedStatement": rate},
        "VisibilityConfig": visibility(f"rule-{number}"),
    }


def visibility(name: str) -> dict[str, Any]:
    return {"MetricName": name, "CloudWatchMetricsEnabled": True, "SampledRequestsEnabled": False}


@world("web-acl")
def web_acl(client: Client, names: Names) -> None:
    names["visibility"] = visibility("shop")
    names["rate_rules11"] = [rate_rule(number) for number in range(11)]
    names["rules_alike"] = [rate_rule(1), rate_rule(1)]
    names["rule_of_nine"] = [rate_rule(1, 9)]
    made = client("wafv2").create_web_acl(
        Name="shop", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=names["visibility"]
    )["Summary"]
    names["web_acl"], names["web_acl_id"], names["web_acl_lock"] = made["ARN"], made["Id"], made["LockToken"]


@world("associated-web-acl", "web-acl", "alb")
def associated_web_acl(client: Client, names: Names) -> None:
    client("wafv2").associate_web_acl(WebACLArn=names["web_acl"], ResourceArn=names["alb"])


@world("nlb", "network")
def nlb(client: Client, names: Names) -> None:
    names["nlb"] = load_balancer(client, "outer", [names["subnet_a"], names["subnet_b"]], "network")
    names["tcp_group"] = target_group(client, names, "tcp", Protocol="TCP", TargetType="ip")


@world("nlb-in-one-zone", "network")
def nlb_in_one_zone(client: Client, names: Names) -> None:
    names["nlb"] = load_balancer(client, "outer", [names["subnet_a"]], "network")


@world("nlb-listener", "nlb")
def nlb_listener(client: Client, names: Names) -> None:
    client("elbv2").create_listener(
        LoadBalancerArn=names["nlb"], Protocol="TCP", Port=80, DefaultActions=forward(names["tcp_group"])
    )


@world("alb-group", "network")
def alb_group(client: Client, names: Names) -> None:
    names["to_alb"] = target_group(client, names, "to-alb", Protocol="TCP", TargetType="alb")


@world("alb-as-target", "alb-listener", "alb-group")
def alb_as_target(client: Client, names: Names) -> None:
    client("elbv2").register_targets(TargetGroupArn=names["to_alb"], Targets=[{"Id": names["alb"]}])


@world("endpoint-service", "nlb")
def endpoint_service(client: Client, names: Names) -> None:
    made = client("ec2").create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[names["nlb"]])
    names["service"] = made["ServiceConfiguration"]["ServiceId"]


@world("service-in-one-zone", "nlb-in-one-zone")
def service_in_one_zone(client: Client, names: Names) -> None:
    ec2 = client("ec2")
    made = ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[names["nlb"]])["ServiceConfiguration"]
    ec2.modify_vpc_endpoint_service_permissions(ServiceId=made["ServiceId"], AddAllowedPrincipals=["*"])
    names["service_name"] = made["ServiceName"]


# --- ECS, ECR, Auto Scaling ----------------------------------------------------------------------------------------


@world("auto-scaling-group", "network")
def auto_scaling_group(client: Client, names: Names) -> None:
    client("ec2").create_launch_template(
        LaunchTemplateName="instances", LaunchTemplateData={"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}
    )
    scaling = client("autoscaling")
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="instances",
        LaunchTemplate={"LaunchTemplateName": "instances"},
        MinSize=0,
        MaxSize=3,
        VPCZoneIdentifier=names["subnet_a"],
    )
    groups = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=["instances"])["AutoScalingGroups"]
    names["asg"] = groups[0]["AutoScalingGroupARN"]


@world("capacity-provider", "auto-scaling-group")
def capacity_provider(client: Client, names: Names) -> None:
    client("ecs").create_capacity_provider(
        name="instances", autoScalingGroupProvider={"autoScalingGroupArn": names["asg"]}
    )


@world("cluster")
def cluster(client: Client, names: Names) -> None:
    client("ecs").create_cluster(clusterName="shop")


@world("definition")
def definition(client: Client, names: Names) -> None:
    client("ecs").register_task_definition(
        family="shop",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "app", "image": "app"}],
    )


@world("inactive-definition")
def inactive_definition(client: Client, names: Names) -> None:
    ecs = client("ecs")
    container = {"name": "app", "image": "app", "memory": 128}
    ecs.register_task_definition(family="shop", containerDefinitions=[container])
    ecs.deregister_task_definition(taskDefinition="shop:1")


@world("service", "network", "cluster", "definition")
def service(client: Client, names: Names) -> None:
    client("ecs").create_service(
        cluster="shop",
        serviceName="web",
        taskDefinition="shop",
        desiredCount=1,
        launchType="FARGATE",
        networkConfiguration={
            "awsvpcConfiguration": {"subnets": [names["subnet_a"]], "securityGroups": [names["group"]]}
        },
    )


@world("immutable-repository")
def immutable_repository(client: Client, names: Names) -> None:
    ecr = client("ecr")
    ecr.create_repository(repositoryName="shop", imageTagMutability="IMMUTABLE")
    ecr.put_image(repositoryName="shop", imageTag="one", imageManifest=manifest("aa"))
    names["manifest"] = manifest("bb")


def manifest(digest: str) -> str:
    """Of an image of one layer."""
    layer = {"digest": f"sha256:{digest}", "size": 1}
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    return json.dumps({"schemaVersion": 2, "mediaType": kind, "config": layer, "layers": [layer]})


# --- data ----------------------------------------------------------------------------------------------------------


def database_named(client: Client, name: str, **options: Any) -> None:
    client("rds").create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        EngineVersion="17.4",
        AllocatedStorage=20,
        StorageType="gp3",
        MasterUsername="app",
        MasterUserPassword="long-enough",
        **options,
    )


@world("database")
def database(client: Client, names: Names) -> None:
    database_named(client, "shop")


@world("protected-database")
def protected_database(client: Client, names: Names) -> None:
    database_named(client, "protected", DeletionProtection=True)


@world("parameter-group")
def parameter_group(client: Client, names: Names) -> None:
    client("rds").create_db_parameter_group(
        DBParameterGroupName="fourteen", DBParameterGroupFamily="postgres14", Description="x"
    )


@world("bucket")
def bucket(client: Client, names: Names) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="shop-assets", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket="shop-assets", Key="present", Body=b"x")


@world("file-system")
def file_system(client: Client, names: Names) -> None:
    names["file_system"] = client("efs").create_file_system(CreationToken="shop")["FileSystemId"]


@world("mount-target", "network", "file-system")
def mount_target(client: Client, names: Names) -> None:
    client("efs").create_mount_target(FileSystemId=names["file_system"], SubnetId=names["subnet_a"])


@world("key")
def key(client: Client, names: Names) -> None:
    names["key"] = client("kms").create_key()["KeyMetadata"]["KeyId"]


@world("disabled-key", "key")
def disabled_key(client: Client, names: Names) -> None:
    names["disabled_key"] = names["key"]
    client("kms").disable_key(KeyId=names["key"])


@world("secret")
def secret(client: Client, names: Names) -> None:
    client("secretsmanager").create_secret(Name="shop/database", SecretString="x")


@world("deleted-secret", "secret")
def deleted_secret(client: Client, names: Names) -> None:
    client("secretsmanager").delete_secret(SecretId="shop/database", RecoveryWindowInDays=7)


# --- others --------------------------------------------------------------------------------------------------------


@world("role")
def role(client: Client, names: Names) -> None:
    client("iam").create_role(RoleName="shop", AssumeRolePolicyDocument=trust("lambda.amazonaws.com"))


@world("boundary")
def boundary(client: Client, names: Names) -> None:
    """An organization that lets nobody make a role without it."""
    names["trust"] = trust("lambda.amazonaws.com")
    give_boundary({"account": "123456789012", "region": "eu-central-1", "arn": "arn:aws:iam::123456789012:policy/limits"})


@world("backup-role")
def backup_role(client: Client, names: Names) -> None:
    client("iam").create_role(RoleName="backup", AssumeRolePolicyDocument=trust("backup.amazonaws.com"))


@world("other-backup-role")
def other_backup_role(client: Client, names: Names) -> None:
    """It may look for resources, and belongs to another service."""
    client("iam").create_role(RoleName="other", AssumeRolePolicyDocument=trust("lambda.amazonaws.com"))
    statement = {"Effect": "Allow", "Action": "tag:GetResources", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client("iam").put_role_policy(RoleName="other", PolicyName="tags", PolicyDocument=policy)


@world("backup-plan", "vault")
def backup_plan(client: Client, names: Names) -> None:
    plan = {"BackupPlanName": "daily", "Rules": [{"RuleName": "daily", "TargetBackupVaultName": "shop"}]}
    names["backup_plan"] = client("backup").create_backup_plan(BackupPlan=plan)["BackupPlanId"]


@world("function", "role")
def function(client: Client, names: Names) -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.js", "exports.handler = () => {}")
    made = client("lambda").create_function(
        FunctionName="sync",
        Runtime="nodejs22.x",
        Role="arn:aws:iam::123456789012:role/shop",
        Handler="index.handler",
        Code={"ZipFile": package.getvalue()},
    )
    names["function"] = made["FunctionArn"]


@world("log-group")
def log_group(client: Client, names: Names) -> None:
    client("logs").create_log_group(logGroupName="/shop")


@world("vault")
def vault(client: Client, names: Names) -> None:
    client("backup").create_backup_vault(BackupVaultName="shop")


@world("private-zone", "network")
def private_zone(client: Client, names: Names) -> None:
    made = client("route53").create_hosted_zone(
        Name="shop.internal", CallerReference="x", VPC={"VPCRegion": "eu-central-1", "VPCId": names["vpc"]}
    )
    names["zone"] = made["HostedZone"]["Id"].rsplit("/", 1)[-1]
