import { createHash } from "node:crypto";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbTargetGroup, type LbTargetGroupHealthCheck } from "@cdktf/provider-aws/lib/lb-target-group";
import { LbTargetGroupAttachment } from "@cdktf/provider-aws/lib/lb-target-group-attachment";
import { Construct } from "constructs";
import type { ServiceListener } from "../../config/derive";
import type { Environment } from "../../config/schema";
import { TLS_POLICY } from "../tls-policy";

export interface NetworkListenerProps {
  readonly prefix: string;
  readonly vpcId: string;
  readonly loadBalancerArn: string;
  /** ALB that is the target in `alb-target` mode; in `ip-sync` mode the Lambda registers its addresses. */
  readonly albArn: string;
  readonly listener: ServiceListener;
  /** Path of the health check, where it speaks HTTP. */
  readonly healthCheckPath: string;
  readonly options: Pick<Environment["privatelink"], "albTargetMode" | "targetGroup" | "tcpIdleTimeoutSeconds">;
}

/** One port of the service: an NLB listener and its target group, whose targets are the ALB or its addresses. */
export class NetworkListener extends Construct {
  /** TCP port that consumers connect to. */
  readonly port: number;
  /** Port of the ALB listener it leads to. */
  readonly albListenerPort: number;
  readonly targetGroup: LbTargetGroup;
  readonly listener: LbListener;
  /** The ALB as target, in `alb-target` mode. */
  readonly attachment?: LbTargetGroupAttachment;

  constructor(scope: Construct, id: string, props: NetworkListenerProps) {
    super(scope, id);
    const { albArn, listener, loadBalancerArn, options, prefix, vpcId } = props;
    const { albListenerPort, albProtocol, certificateArn, port } = listener;
    this.port = port;
    this.albListenerPort = albListenerPort;

    const targetType = options.albTargetMode === "alb-target" ? "alb" : "ip";
    const protocol = certificateArn && albProtocol === "HTTPS" ? "TLS" : "TCP";
    this.targetGroup = new LbTargetGroup(this, "target-group", {
      name: replaceableName(`${prefix}-${port}`, [targetType, protocol, albListenerPort]),
      targetType,
      port: albListenerPort,
      protocol,
      vpcId,
      healthCheck: healthCheck(props),
      // A target group of type alb has no attributes of its own.
      ...(targetType === "ip" && {
        // Also of a dual-stack NLB: it has IPv4 addresses of its own towards targets, and takes them for IPv6 clients,
        // too. A target group holds one family. Source: NLB guide, "IP address type".
        ipAddressType: "ipv4",
        // Over PrivateLink the client is the NLB in any case; without preservation, other callers behave alike.
        preserveClientIp: "false",
        proxyProtocolV2: options.targetGroup.proxyProtocolV2,
        // An address that an ALB node has given up may be assigned to another interface: end the connections that the drain leaves open.
        connectionTermination: true,
        ...(options.targetGroup.deregistrationDelaySeconds !== undefined && {
          deregistrationDelay: String(options.targetGroup.deregistrationDelaySeconds),
        }),
      }),
      // A listener holds its target group: the new one must be there before the old one can go.
      lifecycle: { createBeforeDestroy: true },
      tags: { Name: `${prefix}-${port}` },
    });

    if (targetType === "alb") {
      this.attachment = new LbTargetGroupAttachment(this, "alb", {
        targetGroupArn: this.targetGroup.arn,
        targetId: albArn,
        port: albListenerPort,
      });
    }

    this.listener = new LbListener(this, "listener", {
      loadBalancerArn,
      port,
      ...(certificateArn
        ? { protocol: "TLS", certificateArn, sslPolicy: TLS_POLICY }
        : { protocol: "TCP", tcpIdleTimeoutSeconds: options.tcpIdleTimeoutSeconds }),
      defaultAction: [{ type: "forward", targetGroupArn: this.targetGroup.arn }],
      tags: { Name: `${prefix}-${port}` },
    });
  }
}

function healthCheck({ healthCheckPath, listener, options }: NetworkListenerProps): LbTargetGroupHealthCheck {
  const protocol = options.targetGroup.healthCheckProtocol ?? listener.albProtocol;
  return {
    enabled: true,
    protocol,
    port: "traffic-port",
    interval: 10,
    timeout: 6,
    healthyThreshold: 2,
    unhealthyThreshold: 2,
    ...(protocol !== "TCP" && { path: healthCheckPath, matcher: "200" }),
  };
}

/** A name that changes with whatever makes AWS replace the resource, so that old and new can stand side by side. */
function replaceableName(name: string, replacedBy: readonly (string | number)[]): string {
  const hash = createHash("sha256").update(replacedBy.join()).digest("hex");
  return `${name}-${hash.slice(0, 4)}`;
}
