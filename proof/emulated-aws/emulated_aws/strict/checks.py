"""The tests of refusals.yaml that look at more than one parameter, or at what is there already.

Each returns None when the call is in order, else the names that the row's message may use. A test that lacks what it
looks at (a load balancer that does not exist) returns None: moto refuses such a call by itself.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..access.identities import find_key, find_role, role_may, trusts
from ..access.policies import ALLOWED
from .asked import Asked
from .boundaries import required
from .quotas import quota

Names = Mapping[str, Any] | None
HERE: Names = {}


# --- tags ----------------------------------------------------------------------------------------------------------


def _tags(asked: Asked) -> list[tuple[str, str]]:
    """The tags of a call, however the service names them."""
    found: list[tuple[str, str]] = []
    for name in ("Tags", "tags", "TagList", "FileSystemTags"):
        value = asked.get(name)
        if isinstance(value, dict):
            found += list(value.items())
        for each in value if isinstance(value, list) else []:
            key = each.get("Key", each.get("key", each.get("TagKey")))
            found.append((str(key), str(each.get("Value", each.get("value", each.get("TagValue", ""))))))
    for specification in asked.get("TagSpecifications", []) or []:
        found += [(str(each.get("Key")), str(each.get("Value", ""))) for each in specification.get("Tags", [])]
    return found


def tag_keys_differ_in_case_only(asked: Asked) -> Names:
    keys = [key.lower() for key, _ in _tags(asked)]
    return HERE if len(set(keys)) != len(keys) else None


def more_than_50_tags(asked: Asked) -> Names:
    count = len(_tags(asked))
    return {"count": count} if count > 50 else None


def reserved_tag_key(asked: Asked) -> Names:
    reserved = [key for key, _ in _tags(asked) if key.lower().startswith("aws:")]
    return {"value": reserved[0]} if reserved else None


def more_than_10_object_tags(asked: Asked) -> Names:
    tagging = asked.get("Tagging")
    if isinstance(tagging, dict):
        count = len(tagging.get("TagSet", []))
    else:
        count = len([each for each in str(tagging or "").split("&") if each])
    return {"count": count} if count > 10 else None


# --- AWS WAF -------------------------------------------------------------------------------------------------------


def more_than_10_rate_based_rules(asked: Asked) -> Names:
    rules = asked.get("Rules") or []
    return HERE if len([each for each in rules if "RateBasedStatement" in (each.get("Statement") or {})]) > 10 else None


def rules_alike(asked: Asked) -> Names:
    rules = asked.get("Rules") or []
    alike = any(len({each.get(member) for each in rules}) < len(rules) for member in ("Name", "Priority"))
    return HERE if alike else None


# --- EC2 -----------------------------------------------------------------------------------------------------------


def vpcs_exhausted(asked: Asked) -> Names:
    return HERE if len(asked.ec2.vpcs) >= quota("vpcsPerRegion") else None


def addresses_exhausted(asked: Asked) -> Names:
    return HERE if len(list(asked.ec2.addresses)) >= quota("elasticIpsPerRegion") else None


def _sources(permission: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The families that each source of a permission counts for: a group or a list of prefixes counts for both."""
    yield from [("ipv4",)] * len(permission.get("IpRanges", []))
    yield from [("ipv6",)] * len(permission.get("Ipv6Ranges", []))
    yield from [("ipv4", "ipv6")] * len(permission.get("UserIdGroupPairs", []))
    yield from [("ipv4", "ipv6")] * len(permission.get("PrefixListIds", []))


def rules_exhausted(asked: Asked) -> Names:
    ec2 = asked.ec2
    group = ec2.get_security_group_from_id(asked.get("GroupId") or "")
    if group is None:
        return None
    rules = group.ingress_rules if asked.call.action == "AuthorizeSecurityGroupIngress" else group.egress_rules
    count = {"ipv4": 0, "ipv6": 0}
    for rule in rules:
        if rule.ip_range.get("CidrIpv6"):
            count["ipv6"] += 1
        elif rule.ip_range.get("CidrIp"):
            count["ipv4"] += 1
        else:
            count["ipv4"] += 1
            count["ipv6"] += 1
    permissions = list(asked.get("IpPermissions", []))
    if asked.get("CidrIp"):
        permissions.append({"IpRanges": [{}]})
    for permission in permissions:
        for families in _sources(permission):
            for family in families:
                count[family] += 1
    return HERE if max(count.values()) > quota("rulesPerSecurityGroup") else None


# Zones where NAT gateways do not exist, and where PrivateLink does not serve other Regions, by their ids.
ZONES_WITHOUT_NAT = ("apne1-az3",)
ZONES_WITHOUT_CROSS_REGION = ("use1-az3", "usw1-az2", "apne1-az3", "apne2-az2", "apne2-az4")


def _subnet(asked: Asked, subnet_id: str) -> Any:
    for subnets in asked.ec2.subnets.values():
        if subnet_id in subnets:
            return subnets[subnet_id]
    return None


def zone_without_nat(asked: Asked) -> Names:
    subnet = _subnet(asked, asked.get("SubnetId", ""))
    return HERE if subnet is not None and subnet.availability_zone_id in ZONES_WITHOUT_NAT else None


def user_data_too_long(asked: Asked) -> Names:
    text = (asked.get("LaunchTemplateData") or asked.parameters).get("UserData") or ""
    return HERE if len(str(text)) * 3 // 4 > 16384 else None


def _aws_service(asked: Asked) -> str:
    return str(asked.get("ServiceName", "")).removeprefix(f"com.amazonaws.{asked.call.region}.")


def s3_without_gateway(asked: Asked) -> Names:
    """Private DNS for the inbound resolver only, the provider's default, needs the gateway endpoint beside it."""
    if asked.get("VpcEndpointType") != "Interface" or _aws_service(asked) != "s3":
        return None
    options = asked.get("DnsOptions") or {}
    if not asked.get("PrivateDnsEnabled") or options.get("PrivateDnsOnlyForInboundResolverEndpoint") is False:
        return None
    gateways = [
        each
        for each in asked.ec2.vpc_end_points.values()
        if each.vpc_id == asked.get("VpcId") and each.type == "Gateway" and each.service_name.endswith(".s3")
    ]
    return None if gateways else {"vpc": asked.get("VpcId")}


def _balancers(asked: Asked, arns: list[str]) -> list[Any]:
    return [asked.elb.load_balancers[arn] for arn in arns if arn in asked.elb.load_balancers]


def service_on_application_load_balancer(asked: Asked) -> Names:
    arns = [*asked.get("NetworkLoadBalancerArns", []), *asked.get("AddNetworkLoadBalancerArns", [])]
    wrong = [each for each in _balancers(asked, arns) if each.type != "network"]
    return {"arn": wrong[0].arn} if wrong else None


def _foreign_regions(asked: Asked) -> list[str]:
    regions = [*asked.get("SupportedRegions", []), *asked.get("AddSupportedRegions", [])]
    return [each for each in regions if each != asked.call.region]


def _balancers_of_service(asked: Asked) -> list[Any]:
    arns = list(asked.get("NetworkLoadBalancerArns", []))
    service = asked.ec2.configurations.get(asked.get("ServiceId", ""))
    if service is not None:
        arns += service.network_load_balancer_arns
    return _balancers(asked, arns)


def cross_region_in_one_zone(asked: Asked) -> Names:
    balancers = _balancers_of_service(asked)
    if not _foreign_regions(asked) or not balancers:
        return None
    zones = {subnet.availability_zone_id for each in balancers for subnet in each.subnets}
    return HERE if len(zones) < 2 else None


def cross_region_in_excluded_zone(asked: Asked) -> Names:
    if not _foreign_regions(asked):
        return None
    for balancer in _balancers_of_service(asked):
        for subnet in balancer.subnets:
            if subnet.availability_zone_id in ZONES_WITHOUT_CROSS_REGION:
                return {"zone": subnet.availability_zone_id}
    return None


PRINCIPAL = re.compile(r"^(\*|arn:aws[\w-]*:iam::(\d{12}:(root|role/[\w+=,.@-]+|user/[\w+=,.@-]+)))$")


def principal_not_allowed(asked: Asked) -> Names:
    for principal in asked.get("AddAllowedPrincipals", []):
        if not PRINCIPAL.match(principal):
            return {"value": principal}
    return None


# --- load balancers ------------------------------------------------------------------------------------------------


def _subnet_ids(asked: Asked) -> list[str]:
    mappings = [each.get("SubnetId", "") for each in asked.get("SubnetMappings", [])]
    return [*asked.get("Subnets", []), *mappings]


def application_load_balancer_in_one_zone(asked: Asked) -> Names:
    kind = asked.get("Type", "application")
    if "LoadBalancerArn" in asked.parameters:
        found = _balancers(asked, [asked.get("LoadBalancerArn")])
        kind = found[0].type if found else ""
    if kind != "application":
        return None
    zones = {subnet.availability_zone for each in _subnet_ids(asked) if (subnet := _subnet(asked, each)) is not None}
    return HERE if len(zones) < 2 else None


def dual_stack_without_ipv6(asked: Asked) -> Names:
    if not str(asked.get("IpAddressType", "")).startswith("dualstack"):
        return None
    for subnet_id in _subnet_ids(asked):
        subnet = _subnet(asked, subnet_id)
        if subnet is not None and not subnet.ipv6_cidr_block_associations:
            return {"subnet": subnet_id}
    return None


APPLICATION_PROTOCOLS = ("HTTP", "HTTPS")
NETWORK_PROTOCOLS = ("TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC")

# Protocol of a listener → protocols of the groups that it may forward to.
GROUPS_OF_LISTENER = {
    "HTTP": ("HTTP", "HTTPS"),
    "HTTPS": ("HTTP", "HTTPS"),
    "TCP": ("TCP", "TCP_UDP"),
    "TLS": ("TCP", "TLS"),
    "UDP": ("UDP", "TCP_UDP"),
    "TCP_UDP": ("TCP_UDP",),
}


def _listener(asked: Asked) -> Any:
    """The listener that a call names, if there is one."""
    arn = asked.get("ListenerArn", "")
    for balancer in asked.elb.load_balancers.values():
        if arn in balancer.listeners:
            return balancer.listeners[arn]
    return None


def _balancer(asked: Asked) -> Any:
    arn = asked.get("LoadBalancerArn")
    if arn is None:
        listener = _listener(asked)
        arn = listener.load_balancer_arn if listener is not None else ""
    return asked.elb.load_balancers.get(arn)


def _protocol_and_port(asked: Asked) -> tuple[str, int]:
    listener = _listener(asked)
    protocol = asked.get("Protocol") or (listener.protocol if listener is not None else "")
    return protocol, int(asked.get("Port") or (listener.port if listener is not None else 0))


def port_has_a_listener(asked: Asked) -> Names:
    balancer = _balancer(asked)
    _, port = _protocol_and_port(asked)
    if balancer is None:
        return None
    others = [each for arn, each in balancer.listeners.items() if arn != asked.get("ListenerArn")]
    return {"arn": balancer.arn} if any(int(each.port or 0) == port for each in others) else None


def protocol_of_the_other_load_balancer(asked: Asked) -> Names:
    balancer = _balancer(asked)
    protocol, _ = _protocol_and_port(asked)
    if balancer is None or not protocol:
        return None
    allowed = APPLICATION_PROTOCOLS if balancer.type == "application" else NETWORK_PROTOCOLS
    return None if protocol in allowed else {"value": protocol, "allowed": ", ".join(allowed)}


def no_certificate(asked: Asked) -> Names:
    protocol, _ = _protocol_and_port(asked)
    listener = _listener(asked)
    present = asked.get("Certificates") or (listener is not None and listener.certificates)
    return {"value": protocol} if protocol in ("HTTPS", "TLS") and not present else None


def certificate_without_tls(asked: Asked) -> Names:
    protocol, _ = _protocol_and_port(asked)
    return {"value": protocol} if asked.get("Certificates") and protocol not in ("HTTPS", "TLS") else None


def _forwarded_groups(asked: Asked) -> Iterator[Any]:
    for action in [*asked.get("DefaultActions", []), *asked.get("Actions", [])]:
        forwarded = [each.get("TargetGroupArn") for each in action.get("ForwardConfig", {}).get("TargetGroups", [])]
        for arn in {action.get("TargetGroupArn"), *forwarded} - {None}:
            if arn in asked.elb.target_groups:
                yield asked.elb.target_groups[arn]


def _condition_values(asked: Asked) -> list[str]:
    found: list[str] = []
    for each in asked.get("Conditions", []):
        config = next((value for key, value in each.items() if key.endswith("Config")), {})
        values = each.get("Values") or config.get("Values") or []
        found += ["".join(value.values()) if isinstance(value, dict) else value for value in values]
    return found


def too_many_condition_values(asked: Asked) -> Names:
    return HERE if len(_condition_values(asked)) > 5 else None


def too_many_wildcards(asked: Asked) -> Names:
    wildcards = sum(value.count("*") + value.count("?") for value in _condition_values(asked))
    return {"count": quota("wildcardsPerRule")} if wildcards > quota("wildcardsPerRule") else None


def host_name_of_another_form(asked: Asked) -> Names:
    hosts = [each for each in asked.get("Conditions", []) if each.get("Field") == "host-header"]
    values = [value for each in hosts for value in each.get("Values") or each.get("HostHeaderConfig", {}).get("Values", [])]
    return next(({"value": value} for value in values if not re.search(r"\.[A-Za-z]+$", value)), None)


def target_groups_exhausted(asked: Asked) -> Names:
    balancer = _balancer(asked)
    if balancer is None or balancer.type != "application":
        return None
    used = {arn for arn, group in asked.elb.target_groups.items() if balancer.arn in group.load_balancer_arns}
    used |= {group.arn for group in _forwarded_groups(asked)}
    return HERE if len(used) > quota("targetGroupsPerApplicationLoadBalancer") else None


def group_of_another_protocol(asked: Asked) -> Names:
    protocol, _ = _protocol_and_port(asked)
    for group in _forwarded_groups(asked):
        if group.protocol not in GROUPS_OF_LISTENER.get(protocol, (group.protocol,)):
            return {"listener": protocol, "group": group.protocol}
    return None


def listeners_exhausted(asked: Asked) -> Names:
    balancer = _balancer(asked)
    full = balancer is not None and len(balancer.listeners) >= quota("listenersPerLoadBalancer")
    return {"count": quota("listenersPerLoadBalancer")} if full else None


def _group(asked: Asked) -> Any:
    return asked.elb.target_groups.get(asked.get("TargetGroupArn", ""))


def no_listener_on_the_target_port(asked: Asked) -> Names:
    group = _group(asked)
    if group is None or group.target_type != "alb":
        return None
    for target in asked.get("Targets", []):
        balancer = asked.elb.load_balancers.get(target["Id"])
        port = int(target.get("Port") or group.port)
        listeners = [] if balancer is None else balancer.listeners.values()
        if ":loadbalancer/app/" in target["Id"] and all(int(each.port or 0) != port for each in listeners):
            return {"arn": target["Id"], "port": port}
    return None


def target_is_no_application_load_balancer(asked: Asked) -> Names:
    group = _group(asked)
    if group is None or group.target_type != "alb":
        return None
    for target in asked.get("Targets", []):
        if ":loadbalancer/app/" not in target["Id"]:
            return {"value": target["Id"]}
    return None


def second_application_load_balancer(asked: Asked) -> Names:
    group = _group(asked)
    if group is None or group.target_type != "alb":
        return None
    ids = {each["Id"] for each in group.targets.values()} | {each["Id"] for each in asked.get("Targets", [])}
    return HERE if len(ids) > 1 else None


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def target_is_no_address_of_the_family(asked: Asked) -> Names:
    group = _group(asked)
    if group is None or group.target_type != "ip":
        return None
    wanted = 6 if getattr(group, "ip_address_type", None) == "ipv6" else 4
    for target in asked.get("Targets", []):
        address = _address(target["Id"])
        if address is None or address.version != wanted:
            return {"value": target["Id"], "family": f"IPv{wanted}"}
    return None


# RFC 1918 and RFC 6598, which alone may be registered from outside of the VPC
PRIVATE = [ipaddress.ip_network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")]


def target_outside_of_the_vpc(asked: Asked) -> Names:
    group = _group(asked)
    if group is None or group.target_type != "ip":
        return None
    vpc = asked.ec2.vpcs.get(group.vpc_id)
    blocks = [] if vpc is None else [each["cidr_block"] for each in vpc.get_cidr_block_association_set()]
    for target in asked.get("Targets", []):
        address = _address(target["Id"])
        if address is None or address.version == 6 or any(address in ipaddress.ip_network(each) for each in blocks):
            continue
        private = any(address in each for each in PRIVATE)
        if not (private and target.get("AvailabilityZone") == "all"):
            return {"value": target["Id"], "vpc": group.vpc_id}
    return None


def _weight(group: Any, balancer: Any) -> int:
    """As how many targets each of a group counts: an ALB as fifty, and as twice that across zones."""
    if group.target_type != "alb":
        return 1
    return 100 if balancer.attrs.get("load_balancing.cross_zone.enabled") == "true" else 50


def _balancer_targets(asked: Asked, balancer: Any) -> int:
    """How many of a Network Load Balancer's targets are taken."""
    return sum(
        len(group.targets) * _weight(group, balancer)
        for group in asked.elb.target_groups.values()
        if balancer.arn in group.load_balancer_arns
    )


def targets_exhausted(asked: Asked) -> Names:
    group = _group(asked)
    if group is None:
        return None
    known = set(group.targets)
    new = [each for each in asked.get("Targets", []) if f"{each['Id']}:{each.get('Port') or group.port}" not in known]
    if len(known) + len(new) > quota("targetsPerGroup"):
        return HERE
    for arn in group.load_balancer_arns:
        balancer = asked.elb.load_balancers.get(arn)
        if balancer is not None and balancer.type == "network":
            if _balancer_targets(asked, balancer) + len(new) * _weight(group, balancer) > quota("targetsPerNetworkLoadBalancer"):
                return HERE
    return None


def targets_exhausted_by_listener(asked: Asked) -> Names:
    """A listener brings the targets of its group along."""
    balancer = _balancer(asked)
    if balancer is None or balancer.type != "network":
        return None
    added = sum(
        len(group.targets) * _weight(group, balancer)
        for group in _forwarded_groups(asked)
        if balancer.arn not in group.load_balancer_arns
    )
    full = _balancer_targets(asked, balancer) + added > quota("targetsPerNetworkLoadBalancer")
    return HERE if added and full else None


def listener_port_is_a_target(asked: Asked) -> Names:
    """An ALB's listener that a target group of type alb sends to can't change its port."""
    listener = _listener(asked)
    if listener is None:
        return None
    port = int(listener.port or 0)
    if int(asked.get("Port") or port) == port:
        return None
    for group in asked.elb.target_groups.values():
        for target in group.targets.values():
            if target["Id"] == listener.load_balancer_arn and int(target["Port"]) == port:
                return {"port": port, "arn": target["Id"]}
    return None


def balancer_is_a_target(asked: Asked) -> Names:
    arn = asked.get("LoadBalancerArn")
    for group in asked.elb.target_groups.values():
        if any(target["Id"] == arn for target in group.targets.values()):
            return {"arn": arn}
    return None


def alb_group_not_over_tcp(asked: Asked) -> Names:
    return HERE if asked.get("TargetType") == "alb" and asked.get("Protocol") not in ("TCP", "TLS") else None


def alb_group_checked_over_tcp(asked: Asked) -> Names:
    return HERE if asked.get("TargetType") == "alb" and asked.get("HealthCheckProtocol") == "TCP" else None


def attributes_of_an_alb_group(asked: Asked) -> Names:
    group = _group(asked)
    return HERE if group is not None and group.target_type == "alb" and asked.get("Attributes") else None


# Attribute → lowest and highest value.
BALANCER_RANGES = {"idle_timeout.timeout_seconds": (1, 4000), "client_keep_alive.seconds": (60, 604800)}
GROUP_RANGES = {"deregistration_delay.timeout_seconds": (0, 3600), "slow_start.duration_seconds": (0, 900)}
LISTENER_RANGES = {"tcp.idle_timeout.seconds": (60, 6000)}


def attribute_out_of_range(asked: Asked) -> Names:
    for attribute in asked.get("Attributes", []):
        key, text = attribute.get("Key"), str(attribute.get("Value", ""))
        bounds = {**BALANCER_RANGES, **GROUP_RANGES, **LISTENER_RANGES}.get(key)
        if bounds is None:
            continue
        slow_start_is_off = key == "slow_start.duration_seconds" and text in ("0", *map(str, range(30, 901)))
        if not slow_start_is_off and (not text.isdigit() or not bounds[0] <= int(text) <= bounds[1]):
            return {"key": key, "value": text, "low": bounds[0], "high": bounds[1]}
    return None


def health_check_faster_than_its_timeout(asked: Asked) -> Names:
    interval, timeout = asked.get("HealthCheckIntervalSeconds"), asked.get("HealthCheckTimeoutSeconds")
    return HERE if interval is not None and timeout is not None and interval < timeout else None


# --- ECS -----------------------------------------------------------------------------------------------------------

# CPU units → memory in MiB.
FARGATE_SIZES: Mapping[int, Collection[int]] = {
    256: (512, 1024, 2048),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16384 + 1, 1024),
    4096: range(8192, 30720 + 1, 1024),
    8192: range(16384, 61440 + 1, 4096),
    16384: range(32768, 122880 + 1, 8192),
    32768: (61440, 122880, 249856),
}


def no_fargate_size(asked: Asked) -> Names:
    if "FARGATE" not in asked.get("requiresCompatibilities", []):
        return None
    cpu, memory = str(asked.get("cpu", "")), str(asked.get("memory", ""))
    if not (cpu.isdigit() and memory.isdigit()):
        return None if re.search("vCPU|GB", f"{cpu}{memory}", re.I) else {"cpu": cpu, "memory": memory}
    fits = int(memory) in FARGATE_SIZES.get(int(cpu), ())
    return None if fits else {"cpu": cpu, "memory": memory}


def fargate_without_awsvpc(asked: Asked) -> Names:
    fargate = "FARGATE" in asked.get("requiresCompatibilities", [])
    return HERE if fargate and asked.get("networkMode") != "awsvpc" else None


def task_definition_too_long(asked: Asked) -> Names:
    length = len(json.dumps(asked.parameters, separators=(",", ":"), default=str).encode())
    return {"length": length} if length > 65536 else None


def fargate_stop_timeout(asked: Asked) -> Names:
    if "FARGATE" not in asked.get("requiresCompatibilities", []):
        return None
    found = [each.get("stopTimeout", 0) for each in asked.get("containerDefinitions", [])]
    return {"value": max(found)} if found and max(found) > 120 else None


def _containers(asked: Asked) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = asked.get("containerDefinitions", [])
    return found


def _on_fargate(asked: Asked) -> bool:
    return "FARGATE" in asked.get("requiresCompatibilities", [])


def too_many_containers(asked: Asked) -> Names:
    return HERE if len(_containers(asked)) > 10 else None


def container_name_twice(asked: Asked) -> Names:
    names = [each.get("name") for each in _containers(asked)]
    return next(({"name": name} for name in names if names.count(name) > 1), None)


def no_essential_container(asked: Asked) -> Names:
    return None if any(each.get("essential", True) for each in _containers(asked)) else HERE


def secret_is_a_variable(asked: Asked) -> Names:
    for each in _containers(asked):
        names = [one.get("name") for one in each.get("environment", []) + each.get("secrets", [])]
        for secret in each.get("secrets", []):
            if names.count(secret.get("name")) > 1:
                return {"name": secret.get("name")}
    return None


def secrets_without_execution_role(asked: Asked) -> Names:
    return HERE if any(each.get("secrets") for each in _containers(asked)) and not asked.get("executionRoleArn") else None


def container_memory_above_task(asked: Asked) -> Names:
    memory = str(asked.get("memory", ""))
    if not memory.isdigit():
        return None
    return next(
        ({"name": each.get("name")} for each in _containers(asked) if int(each.get("memory") or 0) > int(memory)), None
    )


def container_cpu_above_task(asked: Asked) -> Names:
    cpu = str(asked.get("cpu", ""))
    if not cpu.isdigit():
        return None
    return HERE if sum(int(each.get("cpu") or 0) for each in _containers(asked)) > int(cpu) else None


def host_port_differs(asked: Asked) -> Names:
    if asked.get("networkMode") != "awsvpc":
        return None
    ports = [port for each in _containers(asked) for port in each.get("portMappings", [])]
    return HERE if any(each.get("hostPort") not in (None, 0, each.get("containerPort")) for each in ports) else None


def unknown_volume(asked: Asked) -> Names:
    volumes = {each.get("name") for each in asked.get("volumes", [])}
    points = [point for each in _containers(asked) for point in each.get("mountPoints", [])]
    return next(({"name": each.get("sourceVolume")} for each in points if each.get("sourceVolume") not in volumes), None)


def _dependencies(asked: Asked) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None, str]]:
    """Container, the one that it waits for, if there is one of the name, and the condition."""
    by_name = {each.get("name"): each for each in _containers(asked)}
    for each in _containers(asked):
        for dependency in each.get("dependsOn", []):
            yield each, by_name.get(dependency.get("containerName")), dependency.get("condition", "")


def dependency_on_nothing(asked: Asked) -> Names:
    return next(({"name": each.get("name")} for each, other, _ in _dependencies(asked) if other is None), None)


def dependencies_in_a_circle(asked: Asked) -> Names:
    waits = {(each.get("name"), other.get("name")) for each, other, _ in _dependencies(asked) if other is not None}
    left = {each.get("name") for each in _containers(asked)}
    while free := {name for name in left if not any(one == name and other in left for one, other in waits)}:
        left -= free
    return HERE if left else None


def dependency_on_essential(asked: Asked) -> Names:
    ended = (other for _, other, condition in _dependencies(asked) if condition in ("SUCCESS", "COMPLETE"))
    return HERE if any(other is not None and other.get("essential", True) for other in ended) else None


def dependency_without_health(asked: Asked) -> Names:
    for _, other, condition in _dependencies(asked):
        if other is not None and condition == "HEALTHY" and not other.get("healthCheck"):
            return {"name": other.get("name")}
    return None


def _ulimits(asked: Asked) -> list[dict[str, Any]]:
    return [limit for each in _containers(asked) for limit in each.get("ulimits", [])]


def soft_limit_above_hard(asked: Asked) -> Names:
    found = (each for each in _ulimits(asked) if each.get("softLimit", 0) > each.get("hardLimit", 0))
    return next(({"name": each.get("name")} for each in found), None)


def fargate_ulimit(asked: Asked) -> Names:
    found = (each for each in _ulimits(asked) if _on_fargate(asked) and each.get("name") != "nofile")
    return next(({"name": each.get("name")} for each in found), None)


def fargate_privileged(asked: Asked) -> Names:
    return HERE if _on_fargate(asked) and any(each.get("privileged") for each in _containers(asked)) else None


def fargate_capability(asked: Asked) -> Names:
    if not _on_fargate(asked):
        return None
    parameters = [each.get("linuxParameters") or {} for each in _containers(asked)]
    added = [name for each in parameters for name in (each.get("capabilities") or {}).get("add", [])]
    return next(({"name": name} for name in added if name != "SYS_PTRACE"), None)


def _strategy(asked: Asked) -> list[dict[str, Any]]:
    return [*asked.get("capacityProviderStrategy", []), *asked.get("defaultCapacityProviderStrategy", [])]


def weights_are_zero(asked: Asked) -> Names:
    weights = [each.get("weight", 1 if len(_strategy(asked)) == 1 else 0) for each in _strategy(asked)]
    return HERE if len(weights) > 1 and not any(weights) else None


def fargate_beside_instances(asked: Asked) -> Names:
    names = [each.get("capacityProvider", "") for each in _strategy(asked)]
    fargate = [each.startswith("FARGATE") for each in names]
    return HERE if any(fargate) and not all(fargate) else None


def two_bases(asked: Asked) -> Names:
    return HERE if sum(each.get("base", 0) > 0 for each in _strategy(asked)) > 1 else None


def _definition(asked: Asked) -> Any:
    wanted = str(asked.get("taskDefinition", "")).rsplit("/", 1)[-1]
    family, _, revision = wanted.partition(":")
    revisions = asked.ecs.task_definitions.get(family, {})
    if revision:
        return revisions.get(int(revision)) if revision.isdigit() else None
    active = [each for each in revisions.values() if each.status == "ACTIVE"]
    return active[-1] if active else None


def task_definition_is_inactive(asked: Asked) -> Names:
    definition = _definition(asked)
    return HERE if definition is not None and definition.status == "INACTIVE" else None


def no_network_configuration(asked: Asked) -> Names:
    definition = _definition(asked)
    needed = definition is not None and definition.network_mode == "awsvpc"
    return HERE if needed and not asked.get("networkConfiguration") else None


def too_many_groups_of_a_task(asked: Asked) -> Names:
    configuration = asked.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    count = len(configuration.get("securityGroups", []))
    return {"count": count} if count > quota("securityGroupsPerInterface") else None


def too_many_subnets_of_a_task(asked: Asked) -> Names:
    configuration = asked.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    count = len(configuration.get("subnets", []))
    return {"count": count} if count > 16 else None


# --- RDS -----------------------------------------------------------------------------------------------------------


def _database(asked: Asked) -> Any:
    return asked.rds.databases.get(asked.get("DBInstanceIdentifier", ""))


def no_name_for_the_final_snapshot(asked: Asked) -> Names:
    skips = asked.get("SkipFinalSnapshot", False)
    database = _database(asked)
    # an instance of a cluster holds no data of its own
    alone = database is not None and not getattr(database, "db_cluster_identifier", None)
    return HERE if alone and not skips and not asked.get("FinalDBSnapshotIdentifier") else None


def iops_of_large_storage(asked: Asked) -> Names:
    """From 400 GiB on gp3 has at least 12,000 IOPS for PostgreSQL; what the instance had before counts as asked for."""
    database = _database(asked)
    size = asked.get("AllocatedStorage")
    if database is None or size is None or size < 400 or (asked.get("StorageType") or database.storage_type) != "gp3":
        return None
    iops = asked.get("Iops") or (3000 if int(database.allocated_storage or 0) < 400 else database.iops) or 0
    return {"engine": database.engine, "iops": iops} if int(iops) < 12000 else None


def iops_of_small_storage(asked: Asked) -> Names:
    asks = asked.get("Iops") or asked.get("StorageThroughput")
    small = asked.get("StorageType") == "gp3" and asked.get("AllocatedStorage", 0) < 400
    return {"engine": asked.get("Engine")} if asks and small else None


def storage_shrinks(asked: Asked) -> Names:
    database, size = _database(asked), asked.get("AllocatedStorage")
    if database is None or size is None or size >= int(database.allocated_storage or 0):
        return None
    return {"asked": size, "present": database.allocated_storage}


def maximum_storage_below_storage(asked: Asked) -> Names:
    database = _database(asked)
    size = asked.get("AllocatedStorage") or (int(database.allocated_storage) if database is not None else 0)
    maximum = asked.get("MaxAllocatedStorage")
    return HERE if maximum and maximum < size else None


def engine_goes_back(asked: Asked) -> Names:
    database, wanted = _database(asked), str(asked.get("EngineVersion") or "")
    if database is None or "." not in wanted:
        return None
    present = str(database.engine_version)
    numbers = [[int(part) for part in re.findall(r"\d+", each)] for each in (wanted, present)]
    if "." not in present or numbers[0] >= numbers[1]:
        return None
    return {"engine": database.engine, "from": present, "to": wanted}


# PostgreSQL's parameters that need a restart, of those that this project or a reader of RDS's pages sets.
STATIC = (
    "autovacuum_max_workers",
    "max_connections",
    "max_locks_per_transaction",
    "max_prepared_transactions",
    "max_replication_slots",
    "max_wal_senders",
    "max_worker_processes",
    "rds.logical_replication",
    "shared_buffers",
    "shared_preload_libraries",
    "track_activity_query_size",
    "wal_buffers",
)
# rds.force_ssl is static where it is off by default
STATIC_IN_FAMILY = {f"postgres{major}": ("rds.force_ssl",) for major in (10, 11, 12, 13, 14)}


def static_parameter_at_once(asked: Asked) -> Names:
    group = asked.rds.db_parameter_groups.get(asked.get("DBParameterGroupName", ""))
    family = group.family if group is not None else ""
    static = {*STATIC, *STATIC_IN_FAMILY.get(family, ())}
    for parameter in asked.get("Parameters", []):
        if parameter.get("ParameterName") in static and parameter.get("ApplyMethod", "immediate") == "immediate":
            return {"value": parameter["ParameterName"]}
    return None


def subnet_group_in_one_zone(asked: Asked) -> Names:
    zones = {
        subnet.availability_zone
        for each in asked.get("SubnetIds", [])
        if (subnet := _subnet(asked, each)) is not None
    }
    return {"count": len(zones)} if len(zones) < 2 else None


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def windows_overlap(asked: Asked) -> Names:
    backup, maintenance = asked.get("PreferredBackupWindow"), asked.get("PreferredMaintenanceWindow")
    if not backup or not maintenance:
        return None
    b0, b1 = (_minutes(each) for each in backup.split("-"))
    m0, m1 = (_minutes(each.split(":", 1)[1]) for each in maintenance.split("-"))
    backup_minutes = {minute % 1440 for minute in range(b0, b1 if b1 > b0 else b1 + 1440)}
    maintenance_minutes = {minute % 1440 for minute in range(m0, m1 if m1 > m0 else m1 + 1440)}
    return HERE if backup_minutes & maintenance_minutes else None


def window_too_short(asked: Asked) -> Names:
    for name in ("PreferredBackupWindow", "PreferredMaintenanceWindow"):
        window = asked.get(name)
        if window:
            begin, end = (_minutes(":".join(each.split(":")[-2:])) for each in window.split("-"))
            if (end - begin) % 1440 < 30:
                return {"name": name, "value": window}
    return None


def major_version_is_past_its_support(asked: Asked) -> Names:
    past = asked.get("Engine") == "mysql" and str(asked.get("EngineVersion") or "").startswith(("5.7", "8.0"))
    refused = asked.get("EngineLifecycleSupport") == "open-source-rds-extended-support-disabled"
    return {"value": asked.get("EngineVersion")} if past and refused else None


def user_name_of_mysql_too_long(asked: Asked) -> Names:
    name = str(asked.get("MasterUsername") or "")
    return {"value": name} if asked.get("Engine") == "mysql" and len(name) > 16 else None


SMALL_CLASSES = ("db.t2.micro", "db.t2.small", "db.t3.micro", "db.t3.small", "db.t4g.micro", "db.t4g.small")


def class_without_performance_insights(asked: Asked) -> Names:
    small = asked.get("Engine") == "mysql" and asked.get("DBInstanceClass") in SMALL_CLASSES
    return HERE if small and asked.get("EnablePerformanceInsights") else None


def reserved_tag_of_rds(asked: Asked) -> Names:
    texts = [text for tag in _tags(asked) for text in tag]
    return next(({"value": text} for text in texts if text.lower().startswith(("aws:", "rds:"))), None)


# --- Lambda --------------------------------------------------------------------------------------------------------

RESERVED_VARIABLES = (
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
)


def _variables(asked: Asked) -> dict[str, str]:
    found: dict[str, str] = (asked.get("Environment") or {}).get("Variables") or {}
    return found


def environment_too_long(asked: Asked) -> Names:
    text = json.dumps(_variables(asked), separators=(",", ":"), ensure_ascii=False)
    return {"value": text[:200]} if len(text.encode()) > 4096 else None


def reserved_variable(asked: Asked) -> Names:
    reserved = [each for each in _variables(asked) if each in RESERVED_VARIABLES]
    return {"value": ", ".join(reserved)} if reserved else None


def concurrency_exhausted(asked: Asked) -> Names:
    reserved = 0
    for each in asked.functions.list_functions(None):
        if each.function_name != asked.get("FunctionName"):
            reserved += int(each.reserved_concurrency or 0)
    left = quota("lambdaConcurrentExecutions") - reserved - int(asked.get("ReservedConcurrentExecutions", 0))
    minimum = quota("lambdaUnreservedMinimum")
    return {"minimum": minimum} if left < minimum else None


# --- others --------------------------------------------------------------------------------------------------------


def _compact(policy: str) -> int:
    """IAM does not count white space."""
    return len(re.sub(r"\s", "", policy))


def inline_policies_too_long(asked: Asked) -> Names:
    role = next((each for each in asked.iam.roles.values() if each.name == asked.get("RoleName")), None)
    if role is None:
        return None
    others = sum(_compact(text) for name, text in role.policies.items() if name != asked.get("PolicyName"))
    total = others + _compact(asked.get("PolicyDocument", ""))
    return {"name": asked.get("RoleName")} if total > 10240 else None


def key_policy_locks_out(asked: Asked) -> Names:
    """Somebody of the account must still be able to change the policy."""
    policy = asked.get("Policy")
    if not policy or asked.get("BypassPolicyLockoutSafetyCheck"):
        return None
    statements = json.loads(policy).get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        actions = statement.get("Action", [])
        actions = [actions] if isinstance(actions, str) else actions
        if statement.get("Effect") == "Allow" and any(
            each in ("*", "kms:*", "kms:Put*", "kms:PutKeyPolicy") for each in actions
        ):
            return None
    return HERE


SINGULAR = {"minute", "hour", "day"}


def rate_of_another_form(asked: Asked) -> Names:
    expression = str(asked.get("ScheduleExpression") or "")
    found = re.fullmatch(r"rate\((\d+) (\w+)\)", expression)
    if not expression.startswith("rate("):
        return None
    if found is None or int(found[1]) == 0:
        return {"value": expression}
    unit = found[2]
    right = unit in SINGULAR if int(found[1]) == 1 else unit.removesuffix("s") in SINGULAR and unit.endswith("s")
    return None if right else {"value": expression}


def not_one_metric_returns_data(asked: Asked) -> Names:
    metrics = asked.get("Metrics") or []
    returned = [each for each in metrics if each.get("ReturnData", True)]
    return HERE if metrics and len(returned) != 1 else None


def more_datapoints_than_periods(asked: Asked) -> Names:
    return HERE if int(asked.get("DatapointsToAlarm") or 0) > int(asked.get("EvaluationPeriods") or 0) else None


def service_of_another_form(asked: Asked) -> Names:
    """Services are named by their host; IAM knows which there are, this knows their form."""
    document = json.loads(asked.get("AssumeRolePolicyDocument") or asked.get("PolicyDocument") or "{}")
    statements = document.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal")
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        for service in [services] if isinstance(services, str) else services:
            if not re.fullmatch(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?", service):
                return {"service": service}
    return None


def cron_without_a_question_mark(asked: Asked) -> Names:
    """One of day of the month and day of the week is left open."""
    expression = str(asked.get("ScheduleExpression") or "")
    fields = expression.removeprefix("cron(").removesuffix(")").split(" ")
    wrong = expression.startswith("cron(") and (len(fields) != 6 or "?" not in (fields[2], fields[4]))
    return {"value": expression} if wrong else None


def alarm_looks_back_too_far(asked: Asked) -> Names:
    period, evaluations = asked.get("Period"), asked.get("EvaluationPeriods")
    if not period or not evaluations:
        return None
    # a day, or seven for periods of an hour and more
    longest = 604800 if period >= 3600 else 86400
    return HERE if period * evaluations > longest else None


def capacity_out_of_bounds(asked: Asked) -> Names:
    group = asked.autoscaling.autoscaling_groups.get(asked.get("AutoScalingGroupName", ""))
    low = asked.get("MinSize", group.min_size if group is not None else 0)
    high = asked.get("MaxSize", group.max_size if group is not None else 0)
    desired = asked.get("DesiredCapacity")
    if desired is None or low <= desired <= high:
        return None
    return {"desired": desired, "low": low, "high": high}


def minimum_above_maximum(asked: Asked) -> Names:
    low, high = asked.get("MinCapacity"), asked.get("MaxCapacity")
    return HERE if low is not None and high is not None and low > high else None


def bounds_of_the_group_reversed(asked: Asked) -> Names:
    group = asked.autoscaling.autoscaling_groups.get(asked.get("AutoScalingGroupName", ""))
    low = asked.get("MinSize", getattr(group, "min_size", None))
    high = asked.get("MaxSize", getattr(group, "max_size", None))
    return {"low": low, "high": high} if low is not None and high is not None and low > high else None


def maintenance_range_too_wide(asked: Asked) -> Names:
    policy = asked.get("InstanceMaintenancePolicy") or {}
    low, high = policy.get("MinHealthyPercentage", -1), policy.get("MaxHealthyPercentage", -1)
    return HERE if low >= 0 and high >= 0 and high - low > 100 else None


def backup_kept_too_short(asked: Asked) -> Names:
    for rule in asked.get("BackupPlan", {}).get("Rules", []):
        lifecycle = rule.get("Lifecycle", {})
        cold, end = lifecycle.get("MoveToColdStorageAfterDays"), lifecycle.get("DeleteAfterDays")
        if cold is not None and end is not None and end < cold + 90:
            return HERE
    return None


def vpc_has_the_zone(asked: Asked) -> Names:
    zone = asked.route53.zones.get(str(asked.get("HostedZoneId", "")).rsplit("/", 1)[-1])
    vpc = asked.get("VPC", {}).get("VPCId")
    if zone is None:
        return None
    return {"vpc": vpc} if any(each.get("vpc_id") == vpc for each in zone.vpcs) else None


def alarm_period(asked: Asked) -> Names:
    period = asked.get("Period")
    return {"value": period} if period and period not in (10, 20, 30) and period % 60 else None


def secret_waits(asked: Asked) -> Names:
    secret = asked.secrets.secrets.get(asked.get("Name", "")) if asked.get("Name") in asked.secrets.secrets else None
    return HERE if secret is not None and secret.is_deleted() else None


def tag_is_immutable(asked: Asked) -> Names:
    repository = asked.registry.repositories.get(asked.get("repositoryName", ""))
    tag = asked.get("imageTag")
    if repository is None or repository.image_tag_mutability != "IMMUTABLE":
        return None
    taken = any(tag == image.image_tag or tag in image.image_tags for image in repository.images)
    return {"tag": tag, "repository": repository.name} if tag and taken else None


# --- roles and keys that are handed over ---------------------------------------------------------------------------


def without_the_boundary(asked: Asked) -> Names:
    wanted = required(asked.call.account)
    if wanted is None or asked.get("PermissionsBoundary") == wanted:
        return None
    path = str(asked.get("Path") or "/")
    name = asked.get("RoleName")
    resource = f"arn:aws:iam::{asked.call.account}:role{path}{name}"
    return {"action": f"iam:{asked.call.action}", "resource": resource, "account": asked.call.account}


def key_out_of_use(asked: Asked) -> Names:
    """AWS makes its own keys, alias/aws/…, when a service asks for one first."""
    wanted = str(asked.get("KmsKeyId") or "")
    if not wanted or "alias/aws/" in wanted:
        return None
    key = find_key(asked.call.region, asked.call.account, wanted)
    return {"value": wanted} if key is None or key.key_state != "Enabled" else None


def _backup_role(asked: Asked) -> tuple[Any, str]:
    arn = str((asked.get("BackupSelection") or {}).get("IamRoleArn", ""))
    return find_role(asked.call.account, asked.call.region, arn), arn


def backup_role_not_assumed(asked: Asked) -> Names:
    role, arn = _backup_role(asked)
    call = asked.call
    context = {"aws:sourceaccount": call.account, "aws:sourcearn": f"arn:aws:backup:{call.region}:{call.account}:any"}
    return {"role": arn} if role is None or not trusts(role, "backup.amazonaws.com", context) else None


def backup_role_finds_nothing(asked: Asked) -> Names:
    role, arn = _backup_role(asked)
    return {"role": arn} if role is not None and role_may(role, "tag:GetResources", "*") != ALLOWED else None
