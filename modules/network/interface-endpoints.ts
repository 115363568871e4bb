import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DataAwsVpcEndpointService } from "@cdktf/provider-aws/lib/data-aws-vpc-endpoint-service";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Fn, Op, type Precondition } from "cdktf";
import { Construct } from "constructs";
import { namedIds } from "../construct-ids";
import { ownAccount } from "../own-account";

export interface InterfaceEndpointsProps {
  readonly prefix: string;
  readonly region: string;
  readonly vpcId: string;
  /** One subnet per zone. */
  readonly subnetIds: readonly string[];
  /** Names of the subnets' zones. */
  readonly availabilityZones: readonly string[];
  /** Blocks whose addresses may use the endpoints. */
  readonly clientCidrs: readonly string[];
  /** Last parts of the service names, e.g. `ecr.api`. */
  readonly services: readonly string[];
  /** Those of the services that the configuration names itself, in `network.additionalInterfaceEndpoints`. */
  readonly additionalServices: readonly string[];
}

/** Interface endpoints of AWS services in every zone, with one security group of their own; none where none is needed. */
export class InterfaceEndpoints extends Construct {
  /** Endpoints by the last part of the service name. */
  readonly endpoints: ReadonlyMap<string, VpcEndpoint>;
  readonly securityGroup?: SecurityGroup;

  constructor(scope: Construct, id: string, props: InterfaceEndpointsProps) {
    super(scope, id);
    const { prefix, region, services, subnetIds, vpcId } = props;
    const endpoints = new Map<string, VpcEndpoint>();
    this.endpoints = endpoints;
    if (services.length === 0) return;

    const securityGroup = new SecurityGroup(this, "security-group", {
      name: `${prefix}-interface-endpoints`,
      description: "Interface endpoints of AWS services: HTTPS from the private subnets",
      vpcId,
      tags: { Name: `${prefix}-interface-endpoints` },
    });
    this.securityGroup = securityGroup;
    props.clientCidrs.forEach((cidrIpv4, index) => {
      new VpcSecurityGroupIngressRule(this, `https-from-private-subnet-${index + 1}`, {
        securityGroupId: securityGroup.id,
        description: "HTTPS from a private subnet",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrIpv4,
      });
    });

    const account = ownAccount(this);
    const policy = new DataAwsIamPolicyDocument(this, "own-principals", {
      statement: [
        {
          principals: [{ type: "AWS", identifiers: ["*"] }],
          actions: ["*"],
          resources: ["*"],
          condition: [{ test: "StringEquals", variable: "aws:PrincipalAccount", values: [account] }],
        },
      ],
    });
    const ids = namedIds(
      services,
      (service) => service,
      this.node.children.map(({ node }) => node.id),
    );
    for (const [service, { id: endpointId }] of ids) {
      const found = this.lookUp(service, `${endpointId}-service`, props);
      endpoints.set(
        service,
        new VpcEndpoint(this, endpointId, {
          vpcId,
          vpcEndpointType: "Interface",
          serviceName: `com.amazonaws.${region}.${service}`,
          privateDnsEnabled: true,
          subnetIds: [...subnetIds],
          securityGroupIds: [securityGroup.id],
          // A service without endpoint policies refuses every one, and then lets the account's own calls through.
          policy: `\${${found.fqn}.vpc_endpoint_policy_supported ? ${policy.fqn}.json : null}`,
          tags: { Name: `${prefix}-${service}` },
          lifecycle: { precondition: [inEveryZone(service, found, props)] },
        }),
      );
    }
  }

  /** What AWS says of the service in this Region; a plan fails where it does not exist. */
  private lookUp(service: string, id: string, props: InterfaceEndpointsProps): DataAwsVpcEndpointService {
    return new DataAwsVpcEndpointService(this, id, {
      serviceName: `com.amazonaws.${props.region}.${service}`,
      serviceType: "Interface",
      lifecycle: {
        postcondition: [
          {
            condition: `\${self.private_dns_name != null && self.private_dns_name != ""}`,
            errorMessage: `${service} has no private DNS name in ${props.region}: clients would not find its interface endpoint. ${insteadOf(service, props)}.`,
          },
        ],
      },
    });
  }
}

/** What a person changes about a service that has no endpoint of the kind that is needed. */
const insteadOf = (service: string, { additionalServices }: Pick<InterfaceEndpointsProps, "additionalServices">) =>
  additionalServices.includes(service)
    ? "Remove it from network.additionalInterfaceEndpoints"
    : "Choose NAT gateways in network.natGateways";

/** EC2 refuses a subnet in a zone that the service is not in. */
function inEveryZone(
  service: string,
  { availabilityZones }: DataAwsVpcEndpointService,
  props: InterfaceEndpointsProps,
): Precondition {
  const missing = Fn.setsubtract([...props.availabilityZones], availabilityZones);
  return {
    // Not equal to 0: CDKTF writes that number as undefined.
    condition: Op.lt(Fn.lengthOf(missing), 1),
    errorMessage: `${service} has no interface endpoint in ${Fn.join(", ", missing)}. ${insteadOf(service, props)}, or name other zones in network.availabilityZoneIds.`,
  };
}
