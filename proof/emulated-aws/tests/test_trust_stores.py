"""Mutual TLS of an Application Load Balancer: its trust store, and the listener that uses it."""

from __future__ import annotations

import datetime
import unittest
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from tests.emulator import emulator  # first: it configures moto
from tests.test_services import code_of
from tests.worlds import forward

NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Shop CA")])
NOW = datetime.datetime.now(datetime.timezone.utc)
LATER = NOW + datetime.timedelta(days=1)
KEY = ec.generate_private_key(ec.SECP256R1())
CERTIFICATE = (
    x509.CertificateBuilder()
    .subject_name(NAME)
    .issuer_name(NAME)
    .public_key(KEY.public_key())
    .serial_number(1)
    .not_valid_before(NOW)
    .not_valid_after(LATER)
    .sign(KEY, hashes.SHA256())
    .public_bytes(Encoding.PEM)
)


def revocation_list(*serials: int) -> bytes:
    builder = x509.CertificateRevocationListBuilder().issuer_name(NAME).last_update(NOW).next_update(LATER)
    for serial in serials:
        revoked = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW).build()
        builder = builder.add_revoked_certificate(revoked)
    return builder.sign(KEY, hashes.SHA256()).public_bytes(Encoding.PEM)


class TrustStores(unittest.TestCase):
    def setUp(self) -> None:
        self.names = emulator.with_worlds("alb", "bucket")
        self.elb = emulator.client("elbv2")
        requested = emulator.client("acm").request_certificate(DomainName="app.example.com")
        self.certificate = requested["CertificateArn"]
        s3 = emulator.client("s3")
        s3.put_object(Bucket="shop-assets", Key="ca.pem", Body=CERTIFICATE * 2)
        s3.put_object(Bucket="shop-assets", Key="revoked.pem", Body=revocation_list(7, 8, 9))

    def create(self, key: str = "ca.pem", **more: Any) -> str:
        bundle = {"CaCertificatesBundleS3Bucket": "shop-assets", "CaCertificatesBundleS3Key": key}
        made = self.elb.create_trust_store(Name="clients", **bundle, **more)["TrustStores"][0]
        return str(made["TrustStoreArn"])

    def listener(self, protocol: str = "HTTPS", **authentication: Any) -> dict[str, Any]:
        return {
            "LoadBalancerArn": self.names["alb"],
            "Protocol": protocol,
            "Port": 443,
            **({"Certificates": [{"CertificateArn": self.certificate}]} if protocol == "HTTPS" else {}),
            "DefaultActions": forward(self.names["alb_group"]),
            "MutualAuthentication": authentication,
        }

    def test_it_holds_the_certificates_and_revocations_that_are_in_s3(self) -> None:
        arn = self.create(Tags=[{"Key": "stack", "Value": "compute"}])
        self.assertRegex(arn, r"^arn:aws:elasticloadbalancing:eu-central-1:\d{12}:truststore/clients/[0-9a-f]{16}$")
        content = {"S3Bucket": "shop-assets", "S3Key": "revoked.pem", "RevocationType": "CRL"}
        added = self.elb.add_trust_store_revocations(TrustStoreArn=arn, RevocationContents=[content])
        self.assertEqual(added["TrustStoreRevocations"][0]["RevocationId"], 1)
        store = self.elb.describe_trust_stores(Names=["clients"])["TrustStores"][0]
        self.assertEqual((store["Status"], store["NumberOfCaCertificates"]), ("ACTIVE", 2))
        self.assertEqual(store["TotalRevokedEntries"], 3)
        tags = self.elb.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
        self.assertEqual(tags, [{"Key": "stack", "Value": "compute"}])
        self.elb.remove_trust_store_revocations(TrustStoreArn=arn, RevocationIds=[1])
        self.assertEqual(
            self.elb.describe_trust_store_revocations(TrustStoreArn=arn)["TrustStoreRevocations"], []
        )

    def test_what_is_not_in_s3_or_no_certificate_is_refused(self) -> None:
        bundle = {"Name": "clients", "CaCertificatesBundleS3Bucket": "shop-assets"}
        create = self.elb.create_trust_store
        self.assertEqual(
            code_of(create, **bundle, CaCertificatesBundleS3Key="absent"), "CaCertificatesBundleNotFound"
        )
        self.assertEqual(
            code_of(create, **bundle, CaCertificatesBundleS3Key="present"), "InvalidCaCertificatesBundle"
        )
        arn = self.create()
        self.assertEqual(code_of(create, **bundle, CaCertificatesBundleS3Key="ca.pem"), "DuplicateTrustStoreName")
        content = {"S3Bucket": "shop-assets", "S3Key": "present", "RevocationType": "CRL"}
        add = self.elb.add_trust_store_revocations
        self.assertEqual(
            code_of(add, TrustStoreArn=arn, RevocationContents=[content]), "InvalidRevocationContent"
        )

    def test_a_trust_store_remains_while_a_listener_verifies_with_it(self) -> None:
        arn = self.create()
        wanted = self.listener(Mode="verify", TrustStoreArn=arn)
        made = self.elb.create_listener(**wanted)["Listeners"][0]
        self.assertEqual(made["MutualAuthentication"]["TrustStoreArn"], arn)
        delete = self.elb.delete_trust_store
        self.assertEqual(code_of(delete, TrustStoreArn=arn), "TrustStoreInUse")
        listener = made["ListenerArn"]
        [association] = self.elb.describe_trust_store_associations(TrustStoreArn=arn)["TrustStoreAssociations"]
        self.assertEqual(association["ResourceArn"], listener)
        self.elb.modify_listener(ListenerArn=listener, MutualAuthentication={"Mode": "off"})
        self.assertEqual(code_of(delete, TrustStoreArn=arn), "")
        self.assertEqual(code_of(self.elb.describe_trust_stores, TrustStoreArns=[arn]), "TrustStoreNotFound")

    def test_a_listener_asks_for_certificates_over_https_with_a_trust_store(self) -> None:
        arn = self.create()
        create = self.elb.create_listener
        self.assertEqual(code_of(create, **self.listener("HTTP", Mode="passthrough")), "ValidationError")
        self.assertEqual(code_of(create, **self.listener(Mode="verify")), "ValidationError")
        self.assertEqual(
            code_of(create, **self.listener(Mode="passthrough", TrustStoreArn=arn)), "ValidationError"
        )
        self.assertEqual(code_of(create, **self.listener(Mode="passthrough")), "")

    def test_an_nlb_that_checks_by_https_has_no_certificate_to_show(self) -> None:
        arn = self.create()
        self.elb.create_listener(**self.listener(Mode="verify", TrustStoreArn=arn))
        interfaces = emulator.client("ec2").describe_network_interfaces()["NetworkInterfaces"]
        address = interfaces[0]["PrivateIpAddress"]
        for protocol, state in (("HTTPS", "unhealthy"), ("TCP", "healthy")):
            group = self.elb.create_target_group(
                Name=protocol.lower(),
                Protocol="TCP",
                Port=443,
                VpcId=self.names["vpc"],
                TargetType="ip",
                HealthCheckProtocol=protocol,
            )["TargetGroups"][0]["TargetGroupArn"]
            outer = self.elb.create_load_balancer(
                Name=f"outer-{protocol.lower()}", Type="network", Subnets=[self.names["subnet_a"]]
            )["LoadBalancers"][0]["LoadBalancerArn"]
            self.elb.create_listener(
                LoadBalancerArn=outer, Protocol="TCP", Port=443, DefaultActions=forward(group)
            )
            self.elb.register_targets(TargetGroupArn=group, Targets=[{"Id": address}])
            [found] = self.elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
            self.assertEqual(found["TargetHealth"]["State"], state, protocol)
