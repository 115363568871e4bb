import { LbListenerRule, type LbListenerRuleCondition } from "@cdktf/provider-aws/lib/lb-listener-rule";
import type { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { Construct } from "constructs";
import type { ClientCertificates } from "../../config/schema/mutual-tls";
import { type ServiceWorkload, serviceTargetGroup, workloadId } from "../../config/workloads";
import type { ApplicationLoadBalancer } from "../compute/application-load-balancer";
import { ClientAccess } from "../compute/client-access";
import type { ContainerImage } from "../compute/container-image";
import { DeploymentAlarms } from "../compute/deployment-alarms";
import { Service, type ServiceSurroundings } from "../compute/service";
import { addTargetGroup } from "../compute/target-group";
import type { TaskPart } from "../compute/task-parts";
import { type TaskAccess, type WorkloadSurroundings, WorkloadTask } from "./workload-task";

export interface FurtherServiceProps extends WorkloadSurroundings, ServiceSurroundings {
  readonly service: ServiceWorkload;
  readonly image: ContainerImage;
  readonly access: TaskAccess;
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly idleTimeoutSeconds: number;
  /** How the ALB treats certificates of clients, whose names the application then gets in headers. */
  readonly mutualTls?: ClientCertificates;
  /** Queues that it sends to. */
  readonly parts: readonly TaskPart[];
}

/**
 * A service beside the application behind the same ALB, which sends it what its paths and hosts ask for; everything else
 * goes to the application.
 */
export class FurtherService extends Construct {
  /** Its name in the file. */
  readonly name: string;
  readonly task: WorkloadTask;
  readonly targetGroup: LbTargetGroup;
  readonly service: Service;

  constructor(scope: Construct, id: string, props: FurtherServiceProps) {
    super(scope, id);
    const { loadBalancer, service } = props;
    const { options } = service;
    const name = `${props.prefix}-${workloadId(service)}`;
    this.name = service.name;
    this.task = new WorkloadTask(this, "task", {
      ...props,
      workload: service,
      container: {
        ports: [options.containerPort],
        environment: {
          PORT: String(options.containerPort),
          DRAIN_SECONDS: String(Math.max(1, options.stopTimeoutSeconds - 5)),
          KEEP_ALIVE_SECONDS: String(props.idleTimeoutSeconds + 15),
          ...(props.mutualTls && { MUTUAL_TLS: props.mutualTls }),
        },
      },
    });
    const access = new ClientAccess(this, "from-load-balancer", {
      client: loadBalancer.securityGroup,
      serverGroupId: this.task.securityGroup.id,
      port: options.containerPort,
      description: `Requests and health checks from the ALB to service ${service.name}`,
    });
    this.targetGroup = addTargetGroup(this, "target-group", {
      name: serviceTargetGroup(props.prefix, service),
      vpcId: props.network.vpcId,
      port: options.containerPort,
      healthCheckPath: options.healthCheckPath,
      deregistrationDelaySeconds: loadBalancer.deregistrationDelaySeconds,
      options: options.route,
      tags: { Name: name },
    });
    const rules = [...loadBalancer.listeners].flatMap(([port, listener]) =>
      options.expose.listenerPorts?.includes(port) === false
        ? []
        : new LbListenerRule(this, `rule-${port}`, {
            listenerArn: listener.arn,
            priority: options.expose.priority,
            condition: conditions(options.expose),
            action: [{ type: "forward", targetGroupArn: this.targetGroup.arn }],
            tags: { Name: `${name}-${port}` },
          }),
    );
    this.service = new Service(this, "service", {
      ...props,
      name,
      task: this.task,
      securityGroup: this.task.securityGroup,
      tasks: { ...options, minimum: options.minimumTasks, maximum: options.maximumTasks },
      behind: {
        loadBalancer: loadBalancer.loadBalancer,
        targetGroup: this.targetGroup,
        containerPort: options.containerPort,
        deregistrationDelaySeconds: loadBalancer.deregistrationDelaySeconds,
      },
      ownedBy: options.image.ownedBy,
      rollbackAlarmNames: new DeploymentAlarms(this, "deployment-alarms", {
        serviceName: name,
        options: options.deployment.rollbackAlarms,
        loadBalancerArnSuffix: loadBalancer.loadBalancer.arnSuffix,
        targetGroupArnSuffix: this.targetGroup.arnSuffix,
      }).names,
      // ECS refuses a target group that no rule leads to yet.
      dependsOn: [...rules, ...props.dependsOn, ...this.task.needs, ...access.rules],
    });
  }
}

/** All conditions of a rule have to be met, and one value of each. Source: ALB guide, "Condition types for listener rules". */
function conditions({ hostNames, pathPatterns }: ServiceWorkload["options"]["expose"]): LbListenerRuleCondition[] {
  return [
    ...(pathPatterns.length > 0 ? [{ pathPattern: { values: [...pathPatterns] } }] : []),
    ...(hostNames.length > 0 ? [{ hostHeader: { values: [...hostNames] } }] : []),
  ];
}
