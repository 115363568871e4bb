"""What the extension adds to moto for Terraform of any project: each is a call that a second plan or a destroy needs."""

from __future__ import annotations

import json
import unittest
from typing import Any

from botocore.exceptions import ClientError

from tests.emulator import emulator  # first: it configures moto
from emulated_aws import clock
from emulated_aws.services import ec2_endpoint_services, ssm
from emulated_aws.services.sns import unheard
from tests.worlds import trust, way_out


def code_of(call: Any, **parameters: Any) -> str:
    """The code of the error that the call answers, empty when it succeeds."""
    try:
        call(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


class Remembered(unittest.TestCase):
    def setUp(self) -> None:
        self.names = emulator.with_worlds("network")
        self.ec2, self.elb = emulator.client("ec2"), emulator.client("elbv2")
        self.subnet_a, self.subnet_b = self.names["subnet_a"], self.names["subnet_b"]

    def subnet(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ec2.describe_subnets(SubnetIds=[self.subnet_a])["Subnets"][0]
        return found

    def test_a_load_balancer_has_the_elastic_ip_addresses_that_it_was_given_until_it_goes(self) -> None:
        allocation = self.ec2.allocate_address(Domain="vpc")
        mappings = [{"SubnetId": self.subnet_a, "AllocationId": allocation["AllocationId"]}, {"SubnetId": self.subnet_b}]
        made = self.elb.create_load_balancer(Name="outer", Type="network", SubnetMappings=mappings)["LoadBalancers"][0]
        described = self.elb.describe_load_balancers()["LoadBalancers"][0]["AvailabilityZones"]
        address = {"AllocationId": allocation["AllocationId"], "IpAddress": allocation["PublicIp"]}
        self.assertEqual([each["LoadBalancerAddresses"] for each in described], [[address], []])
        self.assertIn("AssociationId", self.ec2.describe_addresses()["Addresses"][0])
        self.elb.delete_load_balancer(LoadBalancerArn=made["LoadBalancerArn"])
        self.assertEqual(code_of(self.ec2.release_address, AllocationId=allocation["AllocationId"]), "")

    def test_a_load_balancers_node_is_at_its_private_address(self) -> None:
        mapping = {"SubnetId": self.subnet_a, "PrivateIPv4Address": "10.0.0.77"}
        self.elb.create_load_balancer(Name="inner", Type="network", Scheme="internal", SubnetMappings=[mapping])
        interfaces = self.ec2.describe_network_interfaces()["NetworkInterfaces"]
        self.assertEqual([each["PrivateIpAddress"] for each in interfaces], ["10.0.0.77"])

    def test_an_endpoints_interface_is_at_its_address(self) -> None:
        made = self.ec2.create_vpc_endpoint(
            VpcEndpointType="Interface",
            VpcId=self.names["vpc"],
            ServiceName="com.amazonaws.eu-central-1.kms",
            SubnetConfigurations=[{"SubnetId": self.subnet_a, "Ipv4": "10.0.0.88"}],
            PrivateDnsEnabled=False,
        )["VpcEndpoint"]
        self.assertEqual(made["SubnetIds"], [self.subnet_a])
        found = self.ec2.describe_network_interfaces(NetworkInterfaceIds=made["NetworkInterfaceIds"])
        self.assertEqual(found["NetworkInterfaces"][0]["PrivateIpAddress"], "10.0.0.88")

    def test_dhcp_options_have_their_tags_and_customer_gateways_their_devices(self) -> None:
        tags = [{"Key": "Name", "Value": "shop"}]
        made = self.ec2.create_dhcp_options(
            DhcpConfigurations=[{"Key": "domain-name", "Values": ["shop.internal"]}],
            TagSpecifications=[{"ResourceType": "dhcp-options", "Tags": tags}],
        )["DhcpOptions"]
        found = self.ec2.describe_dhcp_options(DhcpOptionsIds=[made["DhcpOptionsId"]])["DhcpOptions"][0]
        self.assertEqual(found["Tags"], tags)
        gateway = {"Type": "ipsec.1", "BgpAsn": 65000, "IpAddress": "192.0.2.1", "DeviceName": "office"}
        self.ec2.create_customer_gateway(**gateway)
        self.assertEqual(self.ec2.describe_customer_gateways()["CustomerGateways"][0]["DeviceName"], "office")

    def test_a_subnets_host_names_have_the_type_that_was_asked_for(self) -> None:
        self.ec2.modify_subnet_attribute(SubnetId=self.subnet_a, PrivateDnsHostnameTypeOnLaunch="resource-name")
        self.assertEqual(self.subnet()["PrivateDnsNameOptionsOnLaunch"]["HostnameType"], "resource-name")
        self.ec2.modify_subnet_attribute(
            SubnetId=self.subnet_a, EnableResourceNameDnsAAAARecordOnLaunch={"Value": True}
        )
        self.assertIs(self.subnet()["PrivateDnsNameOptionsOnLaunch"]["EnableResourceNameDnsAAAARecord"], True)

    def test_a_subnet_is_found_by_the_association_of_its_ipv6_block(self) -> None:
        made = self.ec2.associate_subnet_cidr_block(SubnetId=self.subnet_a, Ipv6CidrBlock="2001:db8::/64")
        association = made["Ipv6CidrBlockAssociation"]
        wanted = {"Name": "ipv6-cidr-block-association.association-id", "Values": [association["AssociationId"]]}
        found = self.ec2.describe_subnets(Filters=[wanted])["Subnets"]
        self.assertEqual([each["SubnetId"] for each in found], [self.subnet_a])
        self.assertEqual(found[0]["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlockState"], {"State": "associated"})

    def test_a_service_says_whether_its_endpoints_take_a_policy_and_have_a_private_name(self) -> None:
        names = [f"com.amazonaws.eu-central-1.{each}" for each in ("ecs-agent", "kms", "dynamodb")]
        found = self.ec2.describe_vpc_endpoint_services(ServiceNames=names)["ServiceDetails"]
        interfaces = {each["ServiceName"]: each for each in found if each["ServiceType"][0]["ServiceType"] == "Interface"}
        agent, kms, dynamodb = (interfaces[name] for name in names)
        self.assertIs(agent["VpcEndpointPolicySupported"], False)
        self.assertIs(kms["VpcEndpointPolicySupported"], True)
        self.assertIn("PrivateDnsName", kms)
        self.assertNotIn("PrivateDnsName", dynamodb)

    def test_a_health_check_over_http_asks_for_the_root(self) -> None:
        group = {"Name": "tcp", "Protocol": "TCP", "Port": 80, "VpcId": self.names["vpc"], "TargetType": "ip"}
        made = self.elb.create_target_group(**group, HealthCheckProtocol="HTTP")["TargetGroups"][0]
        self.assertEqual(made["HealthCheckPath"], "/")

    def test_a_cache_subnet_group_can_be_deleted_once(self) -> None:
        elasticache = emulator.client("elasticache")
        elasticache.create_cache_subnet_group(
            CacheSubnetGroupName="shop", CacheSubnetGroupDescription="shop", SubnetIds=[self.subnet_a]
        )
        delete = elasticache.delete_cache_subnet_group
        self.assertEqual(code_of(delete, CacheSubnetGroupName="shop"), "")
        self.assertEqual(code_of(delete, CacheSubnetGroupName="shop"), "CacheSubnetGroupNotFoundFault")

    def test_fluent_bits_image_has_a_public_parameter(self) -> None:
        found = emulator.client("ssm").get_parameter(Name="/aws/service/aws-for-fluent-bit/stable")["Parameter"]
        self.assertRegex(found["Value"], r"^\d{12}\.dkr\.ecr\.eu-central-1\.amazonaws\.com/aws-for-fluent-bit:\d")


class Judged(unittest.TestCase):
    """What is decided when AWS acts by itself: by policies, and after a while."""

    def policy_for(self, principal: dict[str, Any], *actions: str) -> str:
        statement = {"Effect": "Allow", "Principal": principal, "Action": list(actions), "Resource": "*"}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    def key_for(self, principal: dict[str, Any], *actions: str) -> str:
        """ARN of a key that the account manages and the principal may use."""
        manages = json.loads(self.policy_for({"AWS": "arn:aws:iam::123456789012:root"}, "kms:*"))
        manages["Statement"] += json.loads(self.policy_for(principal, *actions))["Statement"]
        return str(emulator.client("kms").create_key(Policy=json.dumps(manages))["KeyMetadata"]["Arn"])

    def test_instances_start_only_if_auto_scaling_may_use_the_key_of_their_volumes(self) -> None:
        names = emulator.with_worlds("network")
        ec2, scaling = emulator.client("ec2"), emulator.client("autoscaling")
        role = "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
        started = {}
        for name, user in (("other", f"{role}_other"), ("own", role)):
            key = self.key_for({"AWS": user}, "kms:*")
            volume = {"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True, "KmsKeyId": key, "VolumeSize": 30}}
            data = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro", "BlockDeviceMappings": [volume]}
            ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
            scaling.create_auto_scaling_group(
                AutoScalingGroupName=name,
                LaunchTemplate={"LaunchTemplateName": name, "Version": "$Latest"},
                MinSize=1,
                MaxSize=1,
                VPCZoneIdentifier=names["subnet_a"],
            )
            found = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][0]
            started[name] = len(found["Instances"])
        self.assertEqual(started, {"other": 0, "own": 1})

    def test_a_role_is_asked_about_with_its_path_and_its_boundary(self) -> None:
        names = emulator.with_worlds("boundary")
        iam, boundary = emulator.client("iam"), "arn:aws:iam::123456789012:policy/limits"
        emulator.control.calls.forget()
        iam.create_role(
            RoleName="web", Path="/shop/", AssumeRolePolicyDocument=names["trust"], PermissionsBoundary=boundary
        )
        iam.put_role_policy(RoleName="web", PolicyName="none", PolicyDocument=self.policy_without_principal())
        iam.create_instance_profile(InstanceProfileName="web", Path="/shop/")
        iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
        asked = emulator.control.calls.demands("123456789012", "AKIAAAAAAAAAAAAAAAAA")
        found = {(each.action, each.resource): dict(each.context) for each in asked}
        role = "arn:aws:iam::123456789012:role/shop/web"
        for action in ("iam:CreateRole", "iam:PutRolePolicy"):
            self.assertEqual(found[(action, role)]["iam:permissionsboundary"], boundary)
        self.assertIn(("iam:PassRole", role), found)
        profile = "arn:aws:iam::123456789012:instance-profile/shop/web"
        self.assertIn(("iam:AddRoleToInstanceProfile", profile), found)

    def policy_without_principal(self) -> str:
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    def test_deciding_on_an_endpoint_is_a_permission_on_its_service(self) -> None:
        ec2, service = emulator.client("ec2"), "vpce-svc-0123456789abcdef0"
        emulator.control.calls.forget()
        code_of(
            ec2.reject_vpc_endpoint_connections, ServiceId=service, VpcEndpointIds=["vpce-0123456789abcdef0"]
        )
        asked = emulator.control.calls.demands("123456789012", "AKIAAAAAAAAAAAAAAAAA")
        arn = f"arn:aws:ec2:eu-central-1:123456789012:vpc-endpoint-service/{service}"
        self.assertEqual({(each.action, each.resource) for each in asked}, {("ec2:RejectVpcEndpointConnections", arn)})

    def test_a_managed_rule_is_there_once_it_is_turned_on_and_until_it_is_deleted(self) -> None:
        ec2, watch = emulator.client("ec2"), emulator.client("cloudwatch")
        network = emulator.with_worlds("network")
        subnets = [network["subnet_a"], network["subnet_b"]]
        nlb = emulator.client("elbv2").create_load_balancer(Name="ranked", Type="network", Subnets=subnets)
        made = ec2.create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=[nlb["LoadBalancers"][0]["LoadBalancerArn"]]
        )
        service = made["ServiceConfiguration"]["ServiceId"]
        arn = f"arn:aws:ec2:eu-central-1:123456789012:vpc-endpoint-service/{service}"
        template = "VpcEndpointService-BytesByEndpointId-v1"

        def rules_on() -> list[str]:
            found = watch.list_managed_insight_rules(ResourceARN=arn)["ManagedRules"]
            self.assertEqual(len(found), 4)
            return [each["RuleState"]["RuleName"] for each in found if "RuleState" in each]

        self.assertEqual(rules_on(), [])
        unknown = [{"TemplateName": "Other-v1", "ResourceARN": arn}]
        self.assertEqual(len(watch.put_managed_insight_rules(ManagedRules=unknown)["Failures"]), 1)
        watch.put_managed_insight_rules(ManagedRules=[{"TemplateName": template, "ResourceARN": arn}])
        (name,) = rules_on()
        watch.delete_insight_rules(RuleNames=[name])
        self.assertEqual(rules_on(), [])

    def test_a_backup_role_may_be_for_its_own_account_alone(self) -> None:
        names = emulator.with_worlds("backup-plan")
        iam, backup = emulator.client("iam"), emulator.client("backup")
        outcomes = {}
        for account in ("123456789012", "999999999999"):
            statement = {
                "Effect": "Allow",
                "Principal": {"Service": "backup.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": account}},
            }
            trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            role = iam.create_role(RoleName=f"of-{account}", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
            may = {"Effect": "Allow", "Action": "tag:GetResources", "Resource": "*"}
            policy = json.dumps({"Version": "2012-10-17", "Statement": [may]})
            iam.put_role_policy(RoleName=f"of-{account}", PolicyName="tags", PolicyDocument=policy)
            outcomes[account] = code_of(
                backup.create_backup_selection,
                BackupPlanId=names["backup_plan"],
                BackupSelection={"SelectionName": account, "IamRoleArn": role, "Resources": ["*"]},
            )
        self.assertEqual(outcomes, {"123456789012": "", "999999999999": "InvalidParameterValueException"})

    def test_a_message_is_lost_where_the_topic_or_its_key_does_not_let_its_service(self) -> None:
        emulator.with_worlds()
        sns, cloudwatch = emulator.client("sns"), emulator.client("cloudwatch")
        alarms = {"Service": "cloudwatch.amazonaws.com"}
        key = self.key_for(alarms, "kms:Decrypt")
        topic = sns.create_topic(Name="alarms", Attributes={"KmsMasterKeyId": key})["TopicArn"]
        cloudwatch.put_metric_alarm(
            AlarmName="shop",
            AlarmActions=[topic],
            MetricName="Errors",
            Namespace="AWS/Lambda",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
        said = f"cloudwatch.amazonaws.com to {topic}:"
        no_key = f"{said} the topic's key does not allow kms:GenerateDataKey"
        self.assertEqual(unheard(), [f"{said} the topic's policy does not allow sns:Publish", no_key])
        policy = self.policy_for(alarms, "SNS:Publish")
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
        self.assertEqual(unheard(), [no_key])
        other = self.key_for(alarms, "kms:Decrypt", "kms:GenerateDataKey*")
        sns.set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue=other)
        self.assertEqual(unheard(), [])

    def test_a_further_region_of_an_endpoint_service_is_pending_before_consumers_there_find_it(self) -> None:
        names = emulator.with_worlds("nlb")
        ec2, far = emulator.client("ec2"), emulator.client("ec2", "eu-west-1")
        made = ec2.create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=[names["nlb"]], SupportedRegions=["eu-central-1", "eu-west-1"]
        )["ServiceConfiguration"]
        ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=made["ServiceId"], AddAllowedPrincipals=["arn:aws:iam::123456789012:root"]
        )
        asked = {"ServiceNames": [made["ServiceName"]], "ServiceRegions": ["eu-central-1"]}

        def states() -> dict[str, str]:
            found = ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"][0]
            return {each["Region"]: each["ServiceState"] for each in found["SupportedRegions"]}

        self.assertEqual(states(), {"eu-central-1": "Available", "eu-west-1": "Pending"})
        self.assertEqual(code_of(far.describe_vpc_endpoint_services, **asked), "InvalidServiceName")
        clock.advance(ec2_endpoint_services.PENDING_SECONDS)
        self.assertEqual(states(), {"eu-central-1": "Available", "eu-west-1": "Available"})
        self.assertEqual(code_of(far.describe_vpc_endpoint_services, **asked), "")

    def test_a_new_ami_moves_the_recommendation_and_leaves_the_versions_alone(self) -> None:
        emulator.with_worlds()
        ssm_client = emulator.client("ssm")

        def value(name: str) -> str:
            folder = "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/"
            return str(ssm_client.get_parameter(Name=f"{folder}{name}")["Parameter"]["Value"])

        before, name = value("recommended/image_id"), value("recommended/image_name")
        version = ssm.publish_image("123456789012", "eu-central-1")
        self.assertNotEqual(value("recommended/image_id"), before)
        self.assertEqual(value(f"{name}/image_id"), before)
        self.assertEqual(
            value(f"al2023-ami-ecs-hvm-{version}-kernel-6.1-arm64/image_id"), value("recommended/image_id")
        )


class Lacking(unittest.TestCase):
    """What the emulator does not have is said in the service's own protocol, with its name."""

    def lacks(self, service: str, method: str, what: str, **parameters: Any) -> None:
        with self.assertRaises(ClientError) as caught:
            getattr(emulator.client(service), method)(**parameters)
        self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], 501)
        self.assertEqual(caught.exception.response["Error"]["Message"], f"the emulator lacks {what}")

    def test_services(self) -> None:
        self.lacks("arc-zonal-shift", "list_zonal_shifts", "arc-zonal-shift")
        self.lacks("globalaccelerator", "list_accelerators", "globalaccelerator")
        self.lacks("networkmonitor", "list_monitors", "networkmonitor")
        self.lacks("xray", "get_groups", "xray")

    def test_calls_that_have_no_path_in_moto(self) -> None:
        self.lacks("backup", "describe_global_settings", "backup:DescribeGlobalSettings")
        self.lacks("ram", "list_resources", "ram:ListResources", resourceOwner="SELF")

    def test_a_read_that_meets_a_deletion_is_made_again(self) -> None:
        emulator.with_worlds("bucket")
        moto, failures = emulator.application._moto, [ValueError("I/O operation on closed file")]

        def flaky(environ: Any, start_response: Any) -> Any:
            if failures:
                raise failures.pop()
            return moto(environ, start_response)

        emulator.application._moto = flaky  # type: ignore[assignment]
        try:
            self.assertEqual(code_of(emulator.client("s3").list_object_versions, Bucket="shop-assets"), "")
            failures.append(ValueError("not a read"))
            self.assertNotEqual(code_of(emulator.client("s3").put_object, Bucket="shop-assets", Key="a", Body=b"a"), "")
        finally:
            emulator.application._moto = moto

    def test_calls_that_moto_lacks(self) -> None:
        self.lacks("elasticache", "describe_events", "elasticache:DescribeEvents")


class Answers(unittest.TestCase):
    """Those of moto that the extension corrects; the tests of the emulator's other calls find any new ones."""

    def test_a_scalable_target_has_the_service_linked_role(self) -> None:
        emulator.with_worlds("service")
        scaling = emulator.client("application-autoscaling")
        dimension = {"ServiceNamespace": "ecs", "ResourceId": "service/shop/web"}
        scaling.register_scalable_target(
            **dimension, ScalableDimension="ecs:service:DesiredCount", MinCapacity=1, MaxCapacity=2
        )
        target = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"][0]
        self.assertTrue(target["RoleARN"].endswith("/AWSServiceRoleForApplicationAutoScaling_ECSService"))

    def test_a_buckets_owner_pays(self) -> None:
        emulator.with_worlds("bucket")
        self.assertEqual(emulator.client("s3").get_bucket_request_payment(Bucket="shop-assets")["Payer"], "BucketOwner")

    def test_a_hosted_zones_id_and_list_are_as_aws_has_them(self) -> None:
        self.assertRegex(emulator.with_worlds("private-zone")["zone"], r"^Z[A-Z0-9]{19}$")
        self.assertIs(emulator.client("route53").list_hosted_zones_by_name()["IsTruncated"], False)

    def test_a_secret_has_its_stages_under_the_calls_own_name(self) -> None:
        emulator.with_worlds("secret")
        secrets = emulator.client("secretsmanager")
        self.assertIn("VersionIdsToStages", secrets.describe_secret(SecretId="shop/database"))
        self.assertIn("SecretVersionsToStages", secrets.list_secrets()["SecretList"][0])

    def test_container_insights_creates_its_log_group_with_the_first_task(self) -> None:
        names = emulator.with_worlds("network", "definition")
        ecs, logs = emulator.client("ecs"), emulator.client("logs")
        network = {"awsvpcConfiguration": {"subnets": [names["subnet_a"]], "securityGroups": [names["group"]]}}
        for name, value in (("watched", "enabled"), ("unwatched", "disabled")):
            ecs.create_cluster(clusterName=name, settings=[{"name": "containerInsights", "value": value}])
        self.assertEqual(logs.describe_log_groups(logGroupNamePrefix="/aws/ecs/")["logGroups"], [])
        for name in ("watched", "unwatched"):
            ecs.run_task(cluster=name, taskDefinition="shop", launchType="FARGATE", networkConfiguration=network)
        groups = logs.describe_log_groups(logGroupNamePrefix="/aws/ecs/containerinsights/")["logGroups"]
        self.assertEqual([each["logGroupName"] for each in groups], ["/aws/ecs/containerinsights/watched/performance"])
        self.assertNotIn("retentionInDays", groups[0])
        group, key = groups[0]["logGroupName"], emulator.client("kms").create_key()["KeyMetadata"]["Arn"]
        for name, code in (("/other", "ResourceNotFoundException"), (group, "AccessDeniedException")):
            self.assertEqual(code_of(logs.associate_kms_key, logGroupName=name, kmsKeyId=key), code)
        logs.disassociate_kms_key(logGroupName=group)

    def test_an_aurora_cluster_is_as_rds_describes_it(self) -> None:
        emulator.with_worlds("network")
        rds = emulator.client("rds")
        group = {"DBClusterParameterGroupName": "aurora"}
        rds.create_db_cluster_parameter_group(**group, DBParameterGroupFamily="aurora-postgresql17", Description="x")
        forced = {"ParameterName": "rds.force_ssl", "ParameterValue": "1", "ApplyMethod": "pending-reboot"}
        logged = {"ParameterName": "log_connections", "ParameterValue": "1", "ApplyMethod": "immediate"}
        rds.modify_db_cluster_parameter_group(**group, Parameters=[forced, logged])
        by_user = rds.describe_db_cluster_parameters(**group, Source="user")["Parameters"]
        self.assertEqual([each["ParameterName"] for each in by_user], ["log_connections"])
        options = {"MasterUsername": "app", "MasterUserPassword": "long-enough", **group}
        scaling = {"MinCapacity": 0.5, "MaxCapacity": 8}
        for engine, version, newest in (
            ("aurora-postgresql", "17", "17.4"),
            ("aurora-mysql", "8.0", "8.0.mysql_aurora.3.08.4"),
        ):
            cluster = {"DBClusterIdentifier": engine}
            rds.create_db_cluster(
                **cluster, **options, Engine=engine, EngineVersion=version, ServerlessV2ScalingConfiguration=scaling
            )
            found = rds.describe_db_clusters(**cluster)["DBClusters"][0]
            self.assertEqual(found["EngineVersion"], newest)
            self.assertEqual(found["ServerlessV2ScalingConfiguration"], scaling)
            self.assertNotIn("ScalingConfigurationInfo", found)
        instance = {"DBInstanceIdentifier": "writer"}
        rds.create_db_instance(
            **instance,
            DBClusterIdentifier="aurora-postgresql",
            DBInstanceClass="db.serverless",
            Engine="aurora-postgresql",
        )
        self.assertEqual(rds.describe_db_instances(**instance)["DBInstances"][0]["EngineVersion"], "17.4")
        # what an instance of a cluster holds is the cluster's
        self.assertEqual(code_of(rds.delete_db_instance, **instance), "")

    def test_a_task_starts_only_with_secrets_that_are_there_and_that_its_role_may_read(self) -> None:
        names = emulator.with_worlds("network", "cluster", "secret")
        way_out(emulator.client, names)
        ecs, iam, ssm = emulator.client("ecs"), emulator.client("iam"), emulator.client("ssm")
        secrets, network = emulator.client("secretsmanager"), {"subnets": [names["subnet_a"]]}
        secret = secrets.create_secret(Name="shop/stripe", SecretString='{"key": "value"}')["ARN"]
        ssm.put_parameter(Name="/shop/token", Value="value", Type="String")
        role = iam.create_role(RoleName="execution", AssumeRolePolicyDocument=trust("ecs-tasks.amazonaws.com"))
        allowed = {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue", "ssm:GetParameters"]}
        resources = [secret, "arn:aws:ssm:eu-central-1:123456789012:parameter/shop/*"]
        policy = {"Version": "2012-10-17", "Statement": [{**allowed, "Resource": resources}]}
        iam.put_role_policy(RoleName="execution", PolicyName="start", PolicyDocument=json.dumps(policy))

        def reason(value_from: str, credentials: str = "") -> str:
            registry = {"repositoryCredentials": {"credentialsParameter": credentials}} if credentials else {}
            ecs.register_task_definition(
                family="with-secret",
                networkMode="awsvpc",
                requiresCompatibilities=["FARGATE"],
                cpu="256",
                memory="512",
                executionRoleArn=role["Role"]["Arn"],
                containerDefinitions=[
                    {"name": "app", "image": "app", "secrets": [{"name": "TOKEN", "valueFrom": value_from}], **registry}
                ],
            )
            configuration = {"awsvpcConfiguration": network}
            task = ecs.run_task(
                cluster="shop", taskDefinition="with-secret", launchType="FARGATE", networkConfiguration=configuration
            )["tasks"][0]["taskArn"]
            found = ecs.describe_tasks(cluster="shop", tasks=[task])["tasks"][0]
            return str(found.get("stoppedReason", ""))

        self.assertEqual(reason(f"{secret}:key::"), "")
        self.assertIn("did not contain json key other", reason(f"{secret}:other::"))
        self.assertEqual(reason("/shop/token"), "")
        self.assertIn("invalid ssm parameters", reason("/shop/missing"))
        self.assertIn("not authorized to perform: ssm:GetParameters", reason("/others/token"))
        self.assertIn("registry auth: retrieved secret", reason("/shop/token", secret))
        secrets.put_secret_value(SecretId=secret, SecretString='{"username": "robot", "password": "value"}')
        self.assertEqual(reason("/shop/token", secret), "")
        others = secrets.create_secret(Name="others/registry", SecretString="{}")["ARN"]
        self.assertIn("not authorized to perform: secretsmanager:GetSecretValue", reason("/shop/token", others))

    def test_a_state_machine_is_validated_before_it_is_made(self) -> None:
        emulator.with_worlds()
        sfn = emulator.client("stepfunctions")
        runs = '{"StartAt": "Run", "States": {"Run": {"Type": "Succeed"}}}'
        codes = [
            [each["code"] for each in sfn.validate_state_machine_definition(definition=definition)["diagnostics"]]
            for definition in (runs, "{", '{"States": {}}', runs.replace('"StartAt": "Run"', '"StartAt": "Walk"'))
        ]
        expected = [[], ["INVALID_JSON_DESCRIPTION"], ["SCHEMA_VALIDATION_FAILED"], ["MISSING_TRANSITION_TARGET"]]
        self.assertEqual(codes, expected)
        trust = '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
        role = emulator.client("iam").create_role(RoleName="runs", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        for publish, versions in ((False, 0), (True, 1)):
            machine = sfn.create_state_machine(name=f"m{publish}", definition=runs, roleArn=role, publish=publish)
            listed = sfn.list_state_machine_versions(stateMachineArn=machine["stateMachineArn"])
            self.assertEqual(len(listed["stateMachineVersions"]), versions)

    def test_no_answer_of_these_tests_differs_from_its_model(self) -> None:
        emulator.with_worlds("service", "bucket", "secret", "private-zone", "mount-target", "function", "vault", "key")
        self.assertEqual(emulator.control.answers.entries()["unexpected"], [])


if __name__ == "__main__":
    unittest.main()
