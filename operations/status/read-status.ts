import { CloudWatchClient, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import {
  EC2Client,
  paginateDescribeVpcEndpointConnections,
  paginateDescribeVpcEndpointServiceConfigurations,
} from "@aws-sdk/client-ec2";
import { DescribeServicesCommand, DescribeTasksCommand, ECSClient, paginateListTasks } from "@aws-sdk/client-ecs";
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { resourcePrefix } from "../../config/derive";
import type { Environment } from "../../config/schema";
import { needsAttention } from "../verify/alarms";
import { loadBalancer } from "../verify/load-balancer";
import type { ClientOptions } from "../verify/target";

/** One part of the screen: lines, each with whether it needs attention. */
export interface Part {
  readonly title: string;
  readonly lines: readonly Line[];
}

export interface Line {
  /** False: it needs attention. */
  readonly good: boolean;
  readonly text: string;
}

/** ECS describes at most this many tasks in one call. Source: Amazon ECS API Reference, DescribeTasks */
const TASKS_PER_CALL = 100;

/**
 * The state of an environment's service at this moment, found by the names that the stacks give: no Terraform state is
 * read. A part that cannot be read says so in a line of its own; the others are still shown.
 *
 * @throws the error of the first part if none can be read, e.g. without credentials
 */
export async function readStatus(environment: Environment, clientOptions: ClientOptions): Promise<Part[]> {
  const prefix = resourcePrefix(environment);
  const ecs = new ECSClient(clientOptions);
  const elb = new ElasticLoadBalancingV2Client(clientOptions);
  const parts: readonly (readonly [string, () => Promise<Line[]>])[] = [
    ["Service", () => serviceLines(ecs, prefix)],
    ["Tasks", () => taskLines(ecs, prefix)],
    ["ALB targets (tasks)", () => targetLines(elb, `${prefix}-alb`)],
    ["NLB targets (ALB)", () => targetLines(elb, `${prefix}-nlb`)],
    ["Endpoint connections", () => connectionLines(new EC2Client(clientOptions), elb, prefix)],
    ["Alarms", () => alarmLines(new CloudWatchClient(clientOptions), prefix)],
  ];
  const read = await Promise.allSettled(parts.map(([, readLines]) => readLines()));
  const [first] = read;
  if (first?.status === "rejected" && read.every(({ status }) => status === "rejected")) throw first.reason;
  return read.map((part, index) => {
    const [title = ""] = parts[index] ?? [];
    if (part.status === "fulfilled") return { title, lines: part.value };
    const { message, name } = part.reason as Error;
    return { title, lines: [{ good: false, text: name === "Error" ? message : `${name}: ${message}` }] };
  });
}

async function serviceLines(ecs: ECSClient, prefix: string): Promise<Line[]> {
  const { services: [service] = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster: prefix, services: [`${prefix}-app`] }),
  );
  if (service === undefined) return [{ good: false, text: `${prefix}-app does not exist: not deployed` }];
  const { deployments = [], desiredCount, events = [], pendingCount, runningCount, status } = service;
  const rollouts = deployments.map((deployment): Line => {
    const { createdAt, failedTasks = 0, rolloutState, rolloutStateReason, taskDefinition } = deployment;
    const failed = failedTasks > 0 ? `, ${failedTasks} failed tasks` : "";
    const why = rolloutState === "COMPLETED" ? "" : ` (${rolloutStateReason ?? "no reason given"})`;
    return {
      good: rolloutState !== "FAILED" && failedTasks === 0,
      text: `deployment of ${taskDefinition?.split("/").at(-1)} ${at(createdAt)}: ${rolloutState}${failed}${why}`,
    };
  });
  const [event] = events;
  return [
    {
      good: status === "ACTIVE" && runningCount === desiredCount,
      text: `${prefix}-app ${status}: ${runningCount} of ${desiredCount} tasks run, ${pendingCount} pending`,
    },
    ...rollouts,
    ...(event ? [{ good: true, text: `last event ${at(event.createdAt)}: ${event.message}` }] : []),
  ];
}

async function taskLines(ecs: ECSClient, prefix: string): Promise<Line[]> {
  const arns: string[] = [];
  for await (const page of paginateListTasks({ client: ecs }, { cluster: prefix })) arns.push(...(page.taskArns ?? []));
  if (arns.length === 0) return [{ good: false, text: "none" }];
  const { tasks = [] } = await ecs.send(
    new DescribeTasksCommand({ cluster: prefix, tasks: arns.slice(0, TASKS_PER_CALL) }),
  );
  return tasks.map(({ availabilityZone, group, healthStatus, lastStatus, startedAt, taskArn }) => ({
    good: lastStatus === "RUNNING" && healthStatus !== "UNHEALTHY",
    text: `${taskArn?.split("/").at(-1)} (${group}) in ${availabilityZone}: ${lastStatus}, ${healthStatus}, started ${at(startedAt)}`,
  }));
}

/** One line per target group and zone: a zone without a healthy target is cut off. */
async function targetLines(elb: ElasticLoadBalancingV2Client, name: string): Promise<Line[]> {
  const { LoadBalancerArn } = await loadBalancer(elb, name);
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }));
  if (TargetGroups.length === 0) return [{ good: false, text: "no target group" }];
  const groups = await Promise.all(
    TargetGroups.map(async ({ Port, TargetGroupArn }) => {
      const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
      const zones = [...new Set(TargetHealthDescriptions.map(({ Target }) => Target?.AvailabilityZone ?? "all zones"))];
      if (zones.length === 0) return [{ good: false, text: `port ${Port}: no target` }];
      return zones.sort().map((zone): Line => {
        const own = TargetHealthDescriptions.filter(({ Target }) => (Target?.AvailabilityZone ?? "all zones") === zone);
        const healthy = own.filter(({ TargetHealth }) => TargetHealth?.State === "healthy");
        const rest = own
          .filter((each) => !healthy.includes(each))
          .map(({ Target, TargetHealth: health }) => `${Target?.Id} ${health?.State} ${health?.Reason ?? ""}`.trim());
        return {
          good: healthy.length > 0,
          text: `port ${Port}, ${zone}: ${healthy.length} of ${own.length} healthy${rest.length > 0 ? ` (${rest.join(", ")})` : ""}`,
        };
      });
    }),
  );
  return groups.flat();
}

async function connectionLines(ec2: EC2Client, elb: ElasticLoadBalancingV2Client, prefix: string): Promise<Line[]> {
  const { LoadBalancerArn = "" } = await loadBalancer(elb, `${prefix}-nlb`);
  const ids: string[] = [];
  for await (const page of paginateDescribeVpcEndpointServiceConfigurations({ client: ec2 }, {})) {
    const own = page.ServiceConfigurations?.filter(({ NetworkLoadBalancerArns }) =>
      NetworkLoadBalancerArns?.includes(LoadBalancerArn),
    );
    ids.push(...(own ?? []).map(({ ServiceId = "" }) => ServiceId));
  }
  if (ids.length === 0) return [{ good: false, text: "no endpoint service uses the NLB" }];
  const states = new Map<string, number>();
  const Filters = [{ Name: "service-id", Values: ids }];
  for await (const page of paginateDescribeVpcEndpointConnections({ client: ec2 }, { Filters })) {
    for (const { VpcEndpointState: state = "unknown" } of page.VpcEndpointConnections ?? []) {
      states.set(state, (states.get(state) ?? 0) + 1);
    }
  }
  const counts = [...states].map(([state, number]) => `${number} ${state}`).join(", ") || "none";
  const waits = [...states.keys()].some((state) => /^pendingAcceptance$/i.test(state));
  return [{ good: !waits, text: `${ids.join(", ")}: ${counts}` }];
}

async function alarmLines(cloudwatch: CloudWatchClient, prefix: string): Promise<Line[]> {
  let all = 0;
  const firing: Line[] = [];
  for await (const page of paginateDescribeAlarms({ client: cloudwatch }, { AlarmNamePrefix: `${prefix}-` })) {
    const alarms = [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])];
    all += alarms.length;
    for (const { AlarmName, StateUpdatedTimestamp } of alarms.filter(needsAttention)) {
      firing.push({ good: false, text: `${AlarmName} since ${at(StateUpdatedTimestamp)}` });
    }
  }
  return firing.length > 0 ? firing : [{ good: true, text: `none of ${all} fires` }];
}

/** `2026-01-02 03:04:05 UTC`. */
function at(time: Date | undefined): string {
  return time === undefined ? "–" : `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
