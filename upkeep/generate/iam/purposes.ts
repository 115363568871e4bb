/** A role, or another thing that has a policy, and its purpose. */
export interface Bearer {
  /** Beginning of the construct paths of its policies, without the stack's environment. */
  readonly place: string;
  readonly title: string;
  readonly purpose: string;
}

/** Order of the page. Each policy belongs to the bearer with the longest matching place; one without is an error. */
export const BEARERS: readonly Bearer[] = [
  {
    place: "compute/application-task",
    title: "Task role",
    purpose:
      "The application's own permissions: mount the file system, read static assets, what `application.permissions` grants and, with ECS Exec, open a shell.",
  },
  {
    place: "compute/application-task/execution-role",
    title: "Task execution role",
    purpose:
      "ECS starts tasks with it: pull the image, read the database secret and those of `application.secrets`, write logs. The application cannot use it.",
  },
  {
    place: "compute/data-load",
    title: "Data load: task role",
    purpose: "The data load reaches only the database, so its role has no permission.",
  },
  {
    place: "compute/data-load/execution-role",
    title: "Data load: task execution role",
    purpose: "ECS starts the data load with it: pull the image, read the database secret, write logs.",
  },
  {
    place: "compute/ec2-capacity",
    title: "Container instance role",
    purpose: "The ECS agent registers the instance with the cluster; Session Manager opens sessions on it.",
  },
  {
    place: "compute/load-balancer/access-logs",
    title: "Access log bucket",
    purpose: "Elastic Load Balancing writes access logs; every request has to use TLS.",
  },
  {
    place: "compute/load-balancer/trust-store",
    title: "Bucket of clients' CAs",
    purpose: "Every request has to use TLS.",
  },
  {
    place: "data/backup",
    title: "Backup role",
    purpose: "AWS Backup backs up the file system and the static assets. It cannot restore or read other buckets.",
  },
  {
    place: "data/database",
    title: "Enhanced monitoring role",
    purpose: "RDS publishes metrics of the database's operating system.",
  },
  {
    place: "data/file-system",
    title: "File system policy",
    purpose: "Clients mount the file system only with TLS, through the access point.",
  },
  {
    place: "data/key",
    title: "Data key policy",
    purpose: "Principals and services that may use the KMS key of the environment.",
  },
  {
    place: "data/static-assets",
    title: "Static assets bucket",
    purpose: "Every request has to use TLS.",
  },
  {
    place: "deploy-roles/deploy-roles/plan",
    title: "Pipeline role that plans",
    purpose: "Reads configuration, state and the database secret to plan. It changes nothing.",
  },
  {
    place: "deploy-roles/deploy-roles/apply",
    title: "Pipeline role that applies",
    purpose: "Changes the environment's resources in one Region. It cannot change deploy roles.",
  },
  {
    place: "network/network/dynamodb-endpoint",
    title: "DynamoDB gateway endpoint",
    purpose: "Limits DynamoDB requests from the VPC to the sync Lambda's table.",
  },
  {
    place: "network/network/flow-logs",
    title: "Flow log role",
    purpose: "Amazon VPC writes flow logs to their log group.",
  },
  {
    place: "network/network/interface-endpoints",
    title: "Interface endpoints",
    purpose: "Limits requests through the endpoints to principals of this account.",
  },
  {
    place: "network/network/s3-endpoint",
    title: "S3 gateway endpoint",
    purpose:
      "Limits S3 requests from the VPC to principals of this account, and to the bucket with ECR's image layers.",
  },
  {
    place: "privatelink-service/alb-ip-sync",
    title: "Sync Lambda",
    purpose:
      "The function's role keeps the NLB's targets equal to the ALB's addresses; EventBridge may invoke the function.",
  },
  {
    place: "privatelink-service/consumer-connections",
    title: "Consumer connections function",
    purpose:
      "The function's role accepts endpoints that the registry of consumers allows; EventBridge and the notification topic may invoke the function.",
  },
  {
    place: "privatelink-service/notifications",
    title: "Notification topic and its key",
    purpose: "CloudWatch alarms and endpoint connection events of this account may publish.",
  },
  {
    place: "state-backend/state-bucket",
    title: "State bucket",
    purpose: "Every request has to use TLS, and every object the bucket's own key.",
  },
];

/** The bearer of a policy. @throws Error that names the file in which it is missing */
export function bearerOf(place: string): Bearer {
  const candidates = BEARERS.filter((bearer) => place === bearer.place || startsWithPart(place, bearer.place));
  const [best] = candidates.sort((a, b) => b.place.length - a.place.length);
  if (best === undefined)
    throw new Error(`${place} has no purpose: add its role or resource to upkeep/generate/iam/purposes.ts`);
  return best;
}

const startsWithPart = (place: string, beginning: string) =>
  /^[/-]/.test(place.slice(beginning.length)) && place.startsWith(beginning);
