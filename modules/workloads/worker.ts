import { Construct } from "constructs";
import { createdQueue, type WorkerWorkload, workloadId } from "../../config/workloads";
import type { ContainerImage } from "../compute/container-image";
import { Service, type ServiceSurroundings } from "../compute/service";
import { type Queue, receives } from "./queue";
import { WorkerQueue } from "./worker-queue";
import { WorkerScaling } from "./worker-scaling";
import { type TaskAccess, type WorkloadSurroundings, WorkloadTask } from "./workload-task";

export interface WorkerProps extends WorkloadSurroundings, ServiceSurroundings {
  readonly worker: WorkerWorkload;
  readonly image: ContainerImage;
  readonly access: TaskAccess;
}

/** Service without a load balancer that works off a queue, with as many tasks as the queue's length asks for. */
export class Worker extends Construct {
  /** Its name in the file. */
  readonly name: string;
  readonly queue: Queue;
  /** Only of a queue that is created here. */
  readonly deadLetterQueueName?: string;
  readonly task: WorkloadTask;
  readonly service: Service;

  constructor(scope: Construct, id: string, props: WorkerProps) {
    super(scope, id);
    const { worker } = props;
    const { scale } = worker.options;
    const name = `${props.prefix}-${workloadId(worker)}`;
    this.name = worker.name;

    const options = createdQueue(worker.options);
    if (options) {
      const created = new WorkerQueue(this, "queue", { name, options, kmsKeyArn: props.kmsKeyArn });
      this.queue = created.queue;
      this.deadLetterQueueName = created.deadLetterQueueName;
    } else this.queue = existingQueue(worker, props.region);

    this.task = new WorkloadTask(this, "task", {
      ...props,
      workload: worker,
      parts: [receives(this.queue, props.region)],
    });
    this.service = new Service(this, "service", {
      ...props,
      name,
      task: this.task,
      securityGroup: this.task.securityGroup,
      tasks: { minimum: scale.from, maximum: scale.to, schedules: scale.schedules },
      ownedBy: worker.options.image.ownedBy,
      dependsOn: [...props.dependsOn, ...this.task.needs],
    });
    new WorkerScaling(this, "scaling", {
      name,
      target: this.service.scalingTarget,
      queueName: this.queue.name,
      clusterName: props.cluster.name,
      serviceName: this.service.service.name,
      options: scale,
    });
  }
}

/** A queue that exists, by its ARN. */
function existingQueue({ name, options }: WorkerWorkload, region: string): Queue {
  const { arn, kmsKeyArn } = options.queue;
  if (arn === undefined) throw new Error(`workers.${name}.queue needs create or arn`);
  const [account = "", queueName = ""] = arn.split(":").slice(4);
  return {
    arn,
    name: queueName,
    url: `https://sqs.${region}.amazonaws.com/${account}/${queueName}`,
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
  };
}
