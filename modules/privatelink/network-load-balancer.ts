import { Lb } from "@cdktf/provider-aws/lib/lb";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { dependable, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { resourcePrefix, serviceListeners } from "../../config/derive";
import type { Environment } from "../../config/schema";
import { clientRanges } from "../../config/service-consumers";
import { NetworkListener } from "./network-listener";

export interface NetworkLoadBalancerProps {
  readonly environment: Environment;
  readonly vpcId: string;
  /** Private subnets, one per Availability Zone; consumers can connect in these zones only. */
  readonly subnetIds: readonly string[];
  readonly albArn: string;
  readonly albSecurityGroupId: string;
}

/**
 * The internal NLB in front of the ALB, with a listener per service port.
 *
 * It has a security group from the start, because an NLB that is created without one can't get one later. Whether that
 * group checks PrivateLink traffic is the environment's explicit choice; nothing else in the VPC is let in.
 * Source: NLB guide, "Update the security groups for your Network Load Balancer".
 */
export class NetworkLoadBalancer extends Construct {
  readonly loadBalancer: Lb;
  readonly securityGroup: SecurityGroup;
  readonly listeners: readonly NetworkListener[];

  constructor(scope: Construct, id: string, props: NetworkLoadBalancerProps) {
    super(scope, id);
    const { albArn, albSecurityGroupId, environment, subnetIds, vpcId } = props;
    const { application, network, privatelink } = environment;
    const prefix = resourcePrefix(environment);
    const listeners = serviceListeners(environment);
    const enforced = privatelink.enforceInboundRulesOnPrivateLinkTraffic;

    this.securityGroup = new SecurityGroup(this, "security-group", {
      name: `${prefix}-nlb`,
      description: "NLB of the endpoint service: from consumers to the ALB",
      vpcId,
      tags: { Name: `${prefix}-nlb` },
    });
    if (enforced === "on") {
      for (const { port } of listeners) for (const cidr of clientRanges(privatelink)) this.allowConsumers(cidr, port);
    }
    for (const port of new Set(listeners.map(({ albListenerPort }) => albListenerPort))) {
      this.allowToAlb(albSecurityGroupId, port);
    }

    this.loadBalancer = new Lb(this, "load-balancer", {
      name: `${prefix}-nlb`,
      loadBalancerType: "network",
      internal: true,
      ipAddressType: network.ipAddressType,
      subnets: [...subnetIds],
      securityGroups: [this.securityGroup.id],
      enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforced,
      enableCrossZoneLoadBalancing: privatelink.crossZoneLoadBalancing,
      enableDeletionProtection: privatelink.deletionProtection,
      tags: { Name: `${prefix}-nlb` },
    });

    this.listeners = listeners.map(
      (listener) =>
        new NetworkListener(this, `port-${listener.port}`, {
          prefix,
          vpcId,
          loadBalancerArn: this.loadBalancer.arn,
          albArn,
          listener,
          healthCheckPath: application.healthCheckPath,
          options: privatelink,
        }),
    );
  }

  /**
   * Lets each listener wait for what fills its target group, so that it never moves to an empty one.
   *
   * @param fills one for each listener, in their order
   */
  awaitTargets(fills: readonly ITerraformDependable[]): void {
    for (const [index, { listener }] of this.listeners.entries()) {
      const fill = fills[index];
      if (fill) listener.dependsOn = [...(listener.dependsOn ?? []), dependable(fill)];
    }
  }

  private allowConsumers(cidr: string, port: number): void {
    new VpcSecurityGroupIngressRule(this, `consumers-${cidr.replace(/[^0-9a-f]/g, "-")}-on-${port}`, {
      securityGroupId: this.securityGroup.id,
      description: "Clients in consumer VPCs, by their private address",
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      ...(cidr.includes(":") ? { cidrIpv6: cidr } : { cidrIpv4: cidr }),
    });
  }

  /** Opens one ALB listener port on both sides, between the two security groups. */
  private allowToAlb(albSecurityGroupId: string, port: number): void {
    const rule = { ipProtocol: "tcp", fromPort: port, toPort: port };
    new VpcSecurityGroupEgressRule(this, `to-alb-on-${port}`, {
      ...rule,
      securityGroupId: this.securityGroup.id,
      description: "ALB listener",
      referencedSecurityGroupId: albSecurityGroupId,
    });
    new VpcSecurityGroupIngressRule(this, `alb-from-nlb-on-${port}`, {
      ...rule,
      securityGroupId: albSecurityGroupId,
      description: "NLB of the endpoint service",
      referencedSecurityGroupId: this.securityGroup.id,
    });
  }
}
