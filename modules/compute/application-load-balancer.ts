import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Construct } from "constructs";
import type { Environment } from "../../config/schema";
import { PrivateBucket } from "../data/private-bucket";
import type { Network } from "../network/network";
import { ClientAccess } from "./client-access";

export interface ApplicationLoadBalancerProps {
  readonly prefix: string;
  readonly region: string;
  readonly options: Environment["compute"]["loadBalancer"];
  readonly ipAddressType: Environment["network"]["ipAddressType"];
  readonly network: Network;
  /** Security group of the tasks, which listen on `containerPort`. */
  readonly tasksSecurityGroup: SecurityGroup;
  readonly containerPort: number;
  readonly healthCheckPath: string;
}

/** TLS 1.2 and 1.3. Source: "Security policies for your Application Load Balancer". */
const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/**
 * Internal ALB in the private subnets with one target group for the tasks. Nobody may connect to it until the
 * stack of the NLB says so.
 */
export class ApplicationLoadBalancer extends Construct {
  readonly loadBalancer: Lb;
  readonly targetGroup: LbTargetGroup;
  readonly securityGroup: SecurityGroup;
  readonly accessLogs: PrivateBucket;
  /** Listeners by port. */
  readonly listeners: ReadonlyMap<number, LbListener>;

  constructor(scope: Construct, id: string, props: ApplicationLoadBalancerProps) {
    super(scope, id);
    const { containerPort, network, options, prefix } = props;
    const name = `${prefix}-alb`;

    this.securityGroup = new SecurityGroup(this, "security-group", {
      name,
      description: "ALB: listeners from the NLB, container port to the tasks",
      vpcId: network.vpc.id,
      tags: { Name: name },
    });
    new ClientAccess(this, "to-tasks", {
      client: this.securityGroup,
      server: props.tasksSecurityGroup,
      port: containerPort,
      description: "Requests and health checks from the ALB to the tasks",
    });

    this.accessLogs = this.addAccessLogBucket(props);
    this.loadBalancer = new Lb(this, "load-balancer", {
      name,
      internal: true,
      loadBalancerType: "application",
      ipAddressType: props.ipAddressType,
      subnets: network.privateSubnets.map((subnet) => subnet.id),
      securityGroups: [this.securityGroup.id],
      idleTimeout: options.idleTimeoutSeconds,
      dropInvalidHeaderFields: true,
      enableDeletionProtection: options.deletionProtection,
      accessLogs: { bucket: this.accessLogs.bucket.id, enabled: true },
      // The load balancer tries to write at once.
      dependsOn: [this.accessLogs.policy],
    });

    this.targetGroup = new LbTargetGroup(this, "target-group", {
      // The port in the name lets a new group be created before the listener lets go of the old one.
      name: `${prefix}-app-${containerPort}`,
      port: containerPort,
      protocol: "HTTP",
      targetType: "ip",
      vpcId: network.vpc.id,
      deregistrationDelay: String(options.deregistrationDelaySeconds),
      healthCheck: {
        path: props.healthCheckPath,
        matcher: "200",
        interval: 15,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      lifecycle: { createBeforeDestroy: true },
    });
    this.listeners = new Map(
      options.listeners.map(({ certificateArn, port }) => [
        port,
        new LbListener(this, `listener-${port}`, {
          loadBalancerArn: this.loadBalancer.arn,
          port,
          ...(certificateArn ? { protocol: "HTTPS", certificateArn, sslPolicy: tlsPolicy } : { protocol: "HTTP" }),
          defaultAction: [{ type: "forward", targetGroupArn: this.targetGroup.arn }],
          tags: { Name: `${name}-${port}` },
        }),
      ]),
    );
  }

  /**
   * The listener on a port.
   *
   * @throws Error if there is none
   */
  listener(port: number): LbListener {
    const listener = this.listeners.get(port);
    if (!listener)
      throw new Error(`the ALB has no listener on port ${port}, but on ${[...this.listeners.keys()].join(", ")}`);
    return listener;
  }

  /** Source: User Guide for Application Load Balancers, "Enable access logs": only S3-managed keys are supported. */
  private addAccessLogBucket({ options, prefix, region }: ApplicationLoadBalancerProps): PrivateBucket {
    const account = new DataAwsCallerIdentity(this, "account", {}).accountId;
    const partition = new DataAwsPartition(this, "partition", {}).partition;
    return new PrivateBucket(this, "access-logs", {
      name: { prefix: `${prefix}-alb-logs-` },
      versioned: false,
      forceDestroy: options.accessLogForceDestroy,
      lifecycleRules: [
        {
          id: "expire-logs",
          status: "Enabled",
          filter: [{ prefix: "" }],
          expiration: [{ days: options.accessLogRetentionDays }],
        },
      ],
      policyStatements: (bucketArn) => [
        {
          sid: "LoadBalancerWrites",
          principals: [{ type: "Service", identifiers: ["logdelivery.elasticloadbalancing.amazonaws.com"] }],
          actions: ["s3:PutObject"],
          resources: [`${bucketArn}/AWSLogs/${account}/*`],
          condition: [
            {
              test: "ArnLike",
              variable: "aws:SourceArn",
              values: [`arn:${partition}:elasticloadbalancing:${region}:${account}:loadbalancer/*`],
            },
          ],
        },
      ],
    });
  }
}
