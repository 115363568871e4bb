"""A DNS server for the names that the emulated AWS gives out.

It answers A, AAAA, CNAME and TXT over UDP: load balancers by the current addresses of their nodes, never more than
eight an answer, as Route 53 does for Elastic Load Balancing; interface endpoints and EFS mount targets by their
interfaces; records of the emulated Route 53 zones, aliases resolved. Everything else is NXDOMAIN.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from typing import Any

from dnslib import AAAA, CNAME, QTYPE, RCODE, RR, TXT, A, DNSError, DNSRecord
from dnslib.server import BaseResolver, DNSLogger, DNSServer
from moto.ec2.models import ec2_backends
from moto.efs.models import efs_backends
from moto.route53.models import route53_backends

from .services.ec2_endpoints import InterfaceEndpoint
from .services.elastic_load_balancing import all_load_balancers, nodes_of

MAXIMUM_ADDRESSES = 8
TIME_TO_LIVE_SECONDS = 60
LONGEST_ALIAS_CHAIN = 8


class Names:
    """What each name answers. The control API may override a name's answer."""

    def __init__(self) -> None:
        self._overrides: dict[str, dict[str, Any]] = {}
        self._turns: dict[str, int] = {}
        self._lock = threading.Lock()

    def override(self, name: str, answer: Mapping[str, Any] | None) -> None:
        """`{"addresses": [...]}`, `{"failure": "NXDOMAIN" | "SERVFAIL" | "SILENCE"}`, or None for the real answer."""
        with self._lock:
            if answer is None:
                self._overrides.pop(_normal(name), None)
                return
            failure = answer.get("failure")
            if failure not in (None, "NXDOMAIN", "SERVFAIL", "SILENCE"):
                raise ValueError(f"failure {failure}; it is NXDOMAIN, SERVFAIL or SILENCE")
            for address in answer.get("addresses", []):
                ip_address(address)
            self._overrides[_normal(name)] = dict(answer)

    def overridden(self, name: str) -> dict[str, Any] | None:
        with self._lock:
            return self._overrides.get(_normal(name))

    def addresses(self, name: str) -> list[str] | None:
        """All addresses of a name that an AWS service answers for; None for a name that no service has."""
        override = self.overridden(name)
        if override is not None:
            return list(override.get("addresses", []))
        name = _normal(name)
        for balancer in all_load_balancers():
            host = balancer.dns_name.lower()
            zonal = name.split(".", 1)[0] if name.endswith("." + host) else None
            if name == host or zonal in {subnet.availability_zone for subnet in balancer.subnets}:
                return [
                    address
                    for node in nodes_of(balancer)
                    if zonal is None or node.subnet.availability_zone == zonal
                    for address in (str(node.private_ip_address), *node.ipv6_addresses)
                ]
        return _endpoint_addresses(name) or _mount_target_addresses(name)

    def turn(self, name: str, addresses: list[str]) -> list[str]:
        """At most eight of the addresses, each time from where the last answer ended."""
        if not addresses:
            return []
        with self._lock:
            start = self._turns.get(name, 0) % len(addresses)
            self._turns[name] = start + min(MAXIMUM_ADDRESSES, max(1, len(addresses) - 1))
        return (addresses[start:] + addresses[:start])[:MAXIMUM_ADDRESSES]


def _normal(name: str) -> str:
    return name.rstrip(".").lower()


def _endpoint_addresses(name: str) -> list[str] | None:
    for _, _, ec2 in ec2_backends.iter_backends():
        for endpoint in list(ec2.vpc_end_points.values()):
            if isinstance(endpoint, InterfaceEndpoint) and endpoint.state == "available":
                for each, interfaces in endpoint.names().items():
                    if name == each.lower():
                        return [
                            address
                            for interface in interfaces
                            for address in (str(interface.private_ip_address), *interface.ipv6_addresses)
                        ]
    return None


def _mount_target_addresses(name: str) -> list[str] | None:
    """`fs-….efs.<region>.amazonaws.com`; AWS answers the target in the client's own zone, here all of them come."""
    for _, region, efs in efs_backends.iter_backends():
        for file_system in list(efs.file_systems_by_id.values()):
            if name == f"{file_system.file_system_id}.efs.{region}.amazonaws.com":
                return [target.ip_address for target in file_system.iter_mount_targets()]
    return None


def zone_records(name: str, type_: str) -> Iterator[Any]:
    """The Route 53 record sets of the name and type (or an alias or CNAME of it), private zones first."""
    zones = [zone for _, _, route53 in route53_backends.iter_backends() for zone in list(route53.zones.values())]
    for zone in sorted(zones, key=lambda each: (not each.private_zone, -len(each.name))):
        for record in list(zone.rrsets):
            if _normal(record.name) == _normal(name) and record.type in (type_, "CNAME"):
                yield record


class Silence(DNSError):
    """Leaves a question without an answer; the server drops a question that ends in a DNSError."""


class Resolver(BaseResolver):
    """Answers one question from `Names` and Route 53."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def resolve(self, request: DNSRecord, handler: Any) -> DNSRecord:
        name = str(request.q.qname)
        type_ = QTYPE[request.q.qtype]
        reply = request.reply()
        override = self._names.overridden(name)
        failure = override.get("failure") if override else None
        if failure == "SILENCE":
            raise Silence(name)
        if failure:
            reply.header.rcode = RCODE.reverse[failure]
            return reply
        known = False
        for record in self._answers(name, type_, LONGEST_ALIAS_CHAIN):
            known = True
            if record is not None:
                reply.add_answer(record)
        if not known:
            reply.header.rcode = RCODE.NXDOMAIN
        return reply

    def _answers(self, name: str, type_: str, chain: int) -> Iterable[RR | None]:
        """The records; a None says that the name exists but may have no record of the type."""
        addresses = self._names.addresses(name)
        if addresses is not None:
            yield None
            version = {"A": 4, "AAAA": 6}.get(type_)
            fitting = [each for each in addresses if ip_address(each).version == version]
            for address in self._names.turn(f"{_normal(name)} {type_}", fitting):
                data = A(address) if version == 4 else AAAA(address)
                yield RR(name, getattr(QTYPE, type_), rdata=data, ttl=TIME_TO_LIVE_SECONDS)
            return
        for record in zone_records(name, type_):
            yield None
            if record.alias_target:
                for answer in self._answers(record.alias_target["DNSName"], type_, chain - 1) if chain else ():
                    if answer is not None:
                        answer.rname = name
                    yield answer
            for value in record.records:
                if record.type == "CNAME" and type_ != "CNAME":
                    yield RR(name, QTYPE.CNAME, rdata=CNAME(value), ttl=TIME_TO_LIVE_SECONDS)
                    yield from self._answers(value, type_, chain - 1) if chain else ()
                elif type_ in ("A", "AAAA", "CNAME", "TXT"):
                    data = {"A": A, "AAAA": AAAA, "CNAME": CNAME, "TXT": TXT}[type_](value.strip('"'))
                    yield RR(name, getattr(QTYPE, type_), rdata=data, ttl=TIME_TO_LIVE_SECONDS)


class Quiet(DNSLogger):
    """Keeps questions out of the log; a question that is left without an answer is no error."""

    def __init__(self) -> None:
        super().__init__(log="-request,-reply,-truncated,-error", prefix=False)

    def log_error(self, handler: Any, e: Exception) -> None:
        if not isinstance(e, Silence):
            super().log_error(handler, e)


def start(names: Names, host: str) -> str:
    """Starts the server on a free UDP port and returns `host:port`."""
    server = DNSServer(Resolver(names), address=host, port=0, logger=Quiet())
    server.start_thread()
    bound, port = server.server.server_address[:2]
    return f"{bound}:{port}"
