import type { Environment } from "../../../config/schema";
import { workers as allWorkers } from "../../../config/workloads";
import { above, events, type Metric, type Monitor, type MonitoredResources } from "../monitor";
import { missingTasks } from "./ecs-service";

/** Source: Amazon SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS". */
export function workers(environment: Environment, { clusterName, workers: all }: MonitoredResources): Monitor[] {
  const section = "Workers" as const;
  return all.flatMap(({ deadLetterQueueName, name, queueName, serviceName }): Monitor[] => {
    const ofQueue = (queue: string, metric: string): Metric => ({
      namespace: "AWS/SQS",
      name: metric,
      dimensions: { QueueName: queue },
      statistic: "Maximum",
    });
    const options = allWorkers(environment).find((worker) => worker.name === name)?.options;
    return [
      {
        id: `worker-latency-${name}`,
        workload: name,
        section,
        description: `For 15 minutes messages of worker ${name} have waited longer than its acceptable latency: its tasks are at their maximum, or fail`,
        metrics: { age: ofQueue(queueName, "ApproximateAgeOfOldestMessage") },
        periodSeconds: 300,
        threshold: above(options?.scale.acceptableLatencySeconds ?? 0, 3),
      },
      ...(deadLetterQueueName === undefined
        ? []
        : [
            {
              id: `worker-dead-letters-${name}`,
              workload: name,
              section,
              description: `Messages of worker ${name} were received too often without success, and are in its dead-letter queue`,
              metrics: { dead: ofQueue(deadLetterQueueName, "ApproximateNumberOfMessagesVisible") },
              periodSeconds: 300 as const,
              threshold: events(1),
            },
          ]),
      {
        ...missingTasks({ ClusterName: clusterName, ServiceName: serviceName }),
        id: `worker-missing-tasks-${name}`,
        workload: name,
        section,
      },
    ];
  });
}
