import { events, type Metric, type Monitor, type MonitoredResources } from "../monitor";

/**
 * Sources: AWS Step Functions Developer Guide, "Monitoring Step Functions metrics using Amazon CloudWatch"; EventBridge
 * Scheduler User Guide, "Monitoring Amazon EventBridge Scheduler with Amazon CloudWatch".
 */
export function jobs({ jobs: all, scheduleGroupName }: MonitoredResources): Monitor[] {
  const section = "Jobs";
  const runs = all.map(({ name, stateMachineArn }): Monitor => {
    const executions = (metric: string): Metric => ({
      namespace: "AWS/States",
      name: metric,
      dimensions: { StateMachineArn: stateMachineArn },
      statistic: "Sum",
    });
    return {
      id: `job-failed-${name}`,
      workload: name,
      section,
      description: `Scheduled run of job ${name} failed, after all its repetitions, or took longer than its timeout`,
      metrics: {
        failed: executions("ExecutionsFailed"),
        aborted: executions("ExecutionsAborted"),
        over: executions("ExecutionsTimedOut"),
      },
      expression: "failed + aborted + over",
      periodSeconds: 300,
      threshold: events(1),
    };
  });
  if (scheduleGroupName === undefined) return runs;
  const dropped: Metric = {
    namespace: "AWS/Scheduler",
    name: "InvocationDroppedCount",
    dimensions: { ScheduleGroup: scheduleGroupName },
    statistic: "Sum",
  };
  return [
    ...runs,
    {
      id: "job-not-started",
      section,
      description: "EventBridge Scheduler has given up starting a job: its role or its state machine refuses it",
      metrics: { dropped },
      periodSeconds: 300,
      threshold: events(1),
    },
  ];
}
