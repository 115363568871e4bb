import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { App } from "cdktf";
import { Cluster } from "../../../modules/compute/cluster";
import { EncryptionKey } from "../../../modules/data/encryption-key";
import { JobRuns } from "../../../modules/workloads/job-runs";
import { JobSchedule } from "../../../modules/workloads/job-schedule";
import { PatternStack } from "../../../stacks/base";
import { environment } from "./environment";

export function example(app: App): void {
  const stack = new PatternStack(app, "compute", environment);
  const { data, region } = environment;
  const kmsKeyArn = new EncryptionKey(stack, "key", { prefix: "example", region, ...data.kms }).key.arn;
  const { stateMachine } = new JobRuns(stack, "runs", {
    name: "example-job-nightly",
    region,
    target: {
      cluster: new Cluster(stack, "cluster", { name: "example", kmsKeyArn, logRetentionDays: 30 }).cluster,
      taskDefinition: new EcsTaskDefinition(stack, "task", {
        family: "example-job-nightly",
        containerDefinitions: JSON.stringify([{ name: "app", image: "example", memory: 512 }]),
      }),
      roles: [],
      capacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1 }],
      subnetIds: ["subnet-0123456789abcdef0"],
      securityGroup: new SecurityGroup(stack, "security-group", {
        name: "example-job-nightly",
        vpcId: "vpc-0123456789abcdef0",
      }),
    },
    timeoutMinutes: 60,
    retries: 1,
  });
  new JobSchedule(stack, "schedule", {
    name: "example-job-nightly",
    group: new SchedulerScheduleGroup(stack, "schedules", { name: "example" }),
    stateMachine,
    expression: "cron(0 3 * * ? *)",
    timeZone: "Europe/Berlin",
  });
}
