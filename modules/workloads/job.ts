import type { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import type { EcsServiceCapacityProviderStrategy } from "@cdktf/provider-aws/lib/ecs-service";
import type { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import { Construct } from "constructs";
import { type JobWorkload, workloadId } from "../../config/workloads";
import type { ContainerImage } from "../compute/container-image";
import type { TaskPart } from "../compute/task-parts";
import { JobRuns } from "./job-runs";
import { JobSchedule } from "./job-schedule";
import { type RunOutput, runOutput } from "./run-target";
import { type TaskAccess, type WorkloadSurroundings, WorkloadTask } from "./workload-task";

export interface JobProps extends WorkloadSurroundings {
  readonly job: JobWorkload;
  /** Queues that it sends to. */
  readonly parts: readonly TaskPart[];
  readonly image: ContainerImage;
  readonly access: TaskAccess;
  readonly cluster: EcsCluster;
  readonly capacityProviderStrategy: readonly EcsServiceCapacityProviderStrategy[];
  /** Of the schedules; only where a job has one. */
  readonly scheduleGroup?: SchedulerScheduleGroup;
}

/** Task that runs to its end: on demand, and by schedule where it has one. */
export class Job extends Construct {
  /** Its name in the file. */
  readonly name: string;
  readonly task: WorkloadTask;
  /** Only with a schedule. */
  readonly runs?: JobRuns;
  /** How to run it on demand. */
  readonly output: RunOutput & { readonly timeoutMinutes: number };

  constructor(scope: Construct, id: string, props: JobProps) {
    super(scope, id);
    const { cluster, job, scheduleGroup } = props;
    const { options } = job;
    const name = workloadId(job);
    this.name = job.name;
    this.task = new WorkloadTask(this, "task", { ...props, workload: job });
    const target = {
      cluster,
      taskDefinition: this.task.taskDefinition,
      roles: [this.task.taskRole, this.task.executionRole.role],
      capacityProviderStrategy: props.capacityProviderStrategy,
      subnetIds: props.network.privateSubnetIds,
      securityGroup: this.task.securityGroup,
    };
    this.output = { ...runOutput(target, this.task.logGroup), timeoutMinutes: options.timeoutMinutes };

    if (options.schedule === undefined || scheduleGroup === undefined) return;
    this.runs = new JobRuns(this, "runs", {
      name: `${props.prefix}-${name}`,
      region: props.region,
      target,
      timeoutMinutes: options.timeoutMinutes,
      retries: options.retries,
    });
    new JobSchedule(this, "schedule", {
      name: `${props.prefix}-${name}`,
      group: scheduleGroup,
      stateMachine: this.runs.stateMachine,
      expression: options.schedule,
      timeZone: options.timeZone,
    });
  }
}
