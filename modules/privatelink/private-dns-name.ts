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
 *
 * AWS makes up the record when the service gets its name. For a new service Terraform knows that it does not know the
 * record yet; for one that exists, the provider plans with what it had before, so the name has to come first.
 * Source: AWS PrivateLink guide, "Manage DNS names for VPC endpoint services".
 */
export class PrivateDnsName extends Construct {
  readonly verificationRecord: VerificationRecord;
  /** The record, where the zone is known. */
  readonly record?: Route53Record;
  readonly verification?: VpcEndpointServicePrivateDnsVerification;

  constructor(scope: Construct, id: string, { name, publicZoneId, service }: PrivateDnsNameProps) {
    super(scope, id);
    const address = `aws_vpc_endpoint_service.${service.friendlyUniqueId}`;
    const challenges = `${address}.private_dns_name_configuration`;
    this.verificationRecord = {
      type: "TXT",
      name: `\${try(${challenges}[0].name, "unknown")}.${name}`,
      value: `\${try(${challenges}[0].value, "unknown")}`,
    };
    if (!publicZoneId) return;

    this.record = new Route53Record(this, "record", {
      zoneId: publicZoneId,
      name: this.verificationRecord.name,
      type: this.verificationRecord.type,
      ttl: 300,
      records: [this.verificationRecord.value],
      lifecycle: {
        precondition: [
          {
            condition: `\${length(${challenges}) > 0}`,
            errorMessage: `The service exists without a private DNS name, and AWS makes up the record only when it gets one. Once: terraform apply -target=${address} in this directory, then deploy again.`,
          },
        ],
      },
    });
    this.verification = new VpcEndpointServicePrivateDnsVerification(this, "verification", {
      serviceId: service.id,
      waitForVerification: true,
      dependsOn: [this.record],
      // Nothing of the verification itself changes with the name: only a new one asks AWS to look for the new record.
      lifecycle: { replaceTriggeredBy: [`aws_route53_record.${this.record.friendlyUniqueId}`] },
    });
  }
}
