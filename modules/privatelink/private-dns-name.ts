import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import type { VpcEndpointService } from "@cdktf/provider-aws/lib/vpc-endpoint-service";
import { VpcEndpointServicePrivateDnsVerification } from "@cdktf/provider-aws/lib/vpc-endpoint-service-private-dns-verification";
import { Construct } from "constructs";

export interface PrivateDnsNameProps {
  readonly service: VpcEndpointService;
  /** The service's private DNS name, e.g. `app.example.com`. */
  readonly name: string;
  /** Public Route 53 zone that holds the name; without it the TXT record has to be made elsewhere. */
  readonly publicZoneId?: string;
}

/** The TXT record that proves ownership of the private DNS name. */
export interface VerificationRecord {
  readonly type: "TXT";
  readonly name: string;
  readonly value: string;
}

/**
 * Proof that the private DNS name is ours: a TXT record in a public zone, then a verification that waits for AWS.
 * Consumers can use the name only once it is verified.
 * Source: AWS PrivateLink guide, "Manage DNS names for VPC endpoint services".
 */
export class PrivateDnsName extends Construct {
  readonly verificationRecord: VerificationRecord;
  /** The record, where the zone is known. */
  readonly record?: Route53Record;
  readonly verification?: VpcEndpointServicePrivateDnsVerification;

  constructor(scope: Construct, id: string, { name, publicZoneId, service }: PrivateDnsNameProps) {
    super(scope, id);
    const challenge = service.privateDnsNameConfiguration.get(0);
    this.verificationRecord = { type: "TXT", name: `${challenge.name}.${name}`, value: challenge.value };
    if (!publicZoneId) return;

    this.record = new Route53Record(this, "record", {
      zoneId: publicZoneId,
      name: this.verificationRecord.name,
      type: this.verificationRecord.type,
      ttl: 300,
      records: [this.verificationRecord.value],
    });
    this.verification = new VpcEndpointServicePrivateDnsVerification(this, "verification", {
      serviceId: service.id,
      waitForVerification: true,
      dependsOn: [this.record],
    });
  }
}
