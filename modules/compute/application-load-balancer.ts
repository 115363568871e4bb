import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import type { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Construct } from "constructs";
import type { Environment } from "../../config/schema";
import type { TargetOptions } from "../../config/schema/target";
import { PrivateBucket } from "../data/private-bucket";
import type { EnvironmentNetwork } from "../network/environment-network";
import { ownAccount, ownPartition } from "../own-account";
import { TLS_POLICY } from "../tls-policy";
import { ClientAccess } from "./client-access";
import { addTargetGroup } from "./target-group";
import { TrustStore } from "./trust-store";

export interface ApplicationLoadBalancerProps {
  readonly prefix: string;
  readonly region: string;
  readonly options: Environment["compute"]["loadBalancer"];
  readonly ipAddressType: Environment["network"]["ipAddressType"];
  readonly network: EnvironmentNetwork;
  /** Security group of the tasks, which listen on `containerPort`. */
  readonly tasksSecurityGroup: SecurityGroup;
  readonly containerPort: number;
  readonly healthCheckPath: string;
  readonly targetGroupName: string;
  /** How requests are sent to the tasks. */
  readonly target: TargetOptions;
  /** Let Terraform refuse every plan that would delete or replace the bucket of access logs. @default false */
  readonly preventDestroy?: boolean;
}

/**
 * Internal ALB in the private subnets with one target group for the tasks. It accepts no connection until the
 * stack of the NLB says so.
 */
export class ApplicationLoadBalancer extends Construct {
  readonly loadBalancer: Lb;
  readonly targetGroup: LbTargetGroup;
  readonly securityGroup: SecurityGroup;
  readonly accessLogs: PrivateBucket;
  /** Requests and health checks to the tasks. */
  readonly accessToTasks: ClientAccess;
  /** Seconds during which a deregistered task may finish its requests. */
  readonly deregistrationDelaySeconds: number;
  /** Only with mutual TLS that the ALB verifies. */
  readonly trustStore?: TrustStore;
  /** Listeners by port. */
  readonly listeners: ReadonlyMap<number, LbListener>;

  constructor(scope: Construct, id: string, props: ApplicationLoadBalancerProps) {
    super(scope, id);
    const { containerPort, network, options, prefix } = props;
    const name = `${prefix}-alb`;
    this.deregistrationDelaySeconds = options.deregistrationDelaySeconds;

    this.securityGroup = new SecurityGroup(this, "security-group", {
      name,
      description: "ALB: listeners from the NLB, container port to the tasks",
      vpcId: network.vpcId,
      tags: { Name: name },
    });
    this.accessToTasks = new ClientAccess(this, "to-tasks", {
      client: this.securityGroup,
      serverGroupId: props.tasksSecurityGroup.id,
      port: containerPort,
      description: "Requests and health checks from the ALB to the tasks",
    });

    this.accessLogs = this.addAccessLogBucket(props);
    this.loadBalancer = new Lb(this, "load-balancer", {
      name,
      internal: true,
      loadBalancerType: "application",
      ipAddressType: props.ipAddressType,
      subnets: [...network.privateSubnetIds],
      securityGroups: [this.securityGroup.id],
      idleTimeout: options.idleTimeoutSeconds,
      dropInvalidHeaderFields: true,
      enableDeletionProtection: options.deletionProtection,
      accessLogs: { bucket: this.accessLogs.bucket.id, enabled: true },
      // The load balancer tries to write at once.
      dependsOn: [this.accessLogs.policy],
    });

    this.targetGroup = addTargetGroup(this, "target-group", {
      name: props.targetGroupName,
      vpcId: network.vpcId,
      port: containerPort,
      healthCheckPath: props.healthCheckPath,
      deregistrationDelaySeconds: options.deregistrationDelaySeconds,
      options: props.target,
    });
    const { mutualTls } = options;
    if (mutualTls?.mode === "verify") {
      this.trustStore = new TrustStore(this, "trust-store", { prefix, options: mutualTls });
    }
    this.listeners = new Map(
      options.listeners.map(({ certificateArn, port }) => [
        port,
        new LbListener(this, `listener-${port}`, {
          loadBalancerArn: this.loadBalancer.arn,
          port,
          ...(certificateArn ? { protocol: "HTTPS", certificateArn, sslPolicy: TLS_POLICY } : { protocol: "HTTP" }),
          ...(mutualTls &&
            certificateArn && {
              mutualAuthentication: {
                mode: mutualTls.mode,
                ...(this.trustStore && { trustStoreArn: this.trustStore.trustStore.arn }),
              },
            }),
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
  private addAccessLogBucket(props: ApplicationLoadBalancerProps): PrivateBucket {
    const { options, prefix, preventDestroy, region } = props;
    const account = ownAccount(this);
    const partition = ownPartition(this);
    return new PrivateBucket(this, "access-logs", {
      name: { prefix: `${prefix}-alb-logs-` },
      versioned: false,
      forceDestroy: options.accessLogForceDestroy,
      preventDestroy,
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
