import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import type { Construct } from "constructs";
import type { TargetOptions } from "../../config/schema/target";

export interface TargetGroupProps {
  readonly name: string;
  readonly vpcId: string;
  /** Port that the tasks listen on. */
  readonly port: number;
  readonly healthCheckPath: string;
  readonly deregistrationDelaySeconds: number;
  readonly options: TargetOptions;
  readonly tags?: Record<string, string>;
}

/** Target group of the ALB for the tasks of a service. What is as AWS has it by default is left out. */
export function addTargetGroup(scope: Construct, id: string, props: TargetGroupProps): LbTargetGroup {
  const { protocol, slowStartSeconds, stickinessSeconds, tls } = props.options;
  return new LbTargetGroup(scope, id, {
    name: props.name,
    port: props.port,
    protocol: tls ? "HTTPS" : "HTTP",
    ...(protocol !== "HTTP1" && { protocolVersion: protocol }),
    targetType: "ip",
    vpcId: props.vpcId,
    deregistrationDelay: String(props.deregistrationDelaySeconds),
    ...(slowStartSeconds !== undefined && { slowStart: slowStartSeconds }),
    ...(stickinessSeconds !== undefined && {
      stickiness: { type: "lb_cookie", enabled: true, cookieDuration: stickinessSeconds },
    }),
    healthCheck: {
      path: props.healthCheckPath,
      ...(tls && { protocol: "HTTPS" }),
      // A status of gRPC, or of HTTP.
      matcher: protocol === "GRPC" ? "0" : "200",
      interval: 15,
      timeout: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    },
    lifecycle: { createBeforeDestroy: true },
    ...(props.tags && { tags: props.tags }),
  });
}
