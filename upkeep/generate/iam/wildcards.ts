/** Actions that AWS has no resource-level permission for: `*` is the only resource that a policy can name. */
export const WITHOUT_RESOURCES: Readonly<Record<string, string>> = {
  "application-autoscaling:Describe*": "Application Auto Scaling",
  "autoscaling:Describe*": "Amazon EC2 Auto Scaling",
  "ec2:DescribeNetworkInterfaces": "Amazon EC2",
  "ec2:DescribeSubnets": "Amazon EC2",
  "cloudwatch:GetMetricData": "Amazon CloudWatch",
  "ec2:DescribeVpcEndpointConnections": "Amazon EC2",
  "ecr:GetAuthorizationToken": "Amazon Elastic Container Registry",
  "elasticloadbalancing:Describe*": "AWS Elastic Load Balancing V2",
  "elasticloadbalancing:DescribeTargetHealth": "AWS Elastic Load Balancing V2",
  "kms:ListAliases": "AWS Key Management Service",
  "route53:ListHostedZones": "Amazon Route 53",
  "route53:ListHostedZonesByName": "Amazon Route 53",
  "route53:ListHostedZonesByVPC": "Amazon Route 53",
  "secretsmanager:GetRandomPassword": "AWS Secrets Manager",
  "sns:GetSubscriptionAttributes": "Amazon SNS",
  "ssmmessages:CreateControlChannel": "Amazon Session Manager Message Gateway Service",
  "ssmmessages:CreateDataChannel": "Amazon Session Manager Message Gateway Service",
  "ssmmessages:OpenControlChannel": "Amazon Session Manager Message Gateway Service",
  "ssmmessages:OpenDataChannel": "Amazon Session Manager Message Gateway Service",
  "sts:GetCallerIdentity": "AWS Security Token Service",
  "tag:GetResources": "Amazon Resource Group Tagging API",
};

/** A statement whose wildcard is this project's choice: AWS could name resources, in all or some of its actions. */
export interface Choice {
  /** Construct path without the stack's environment. */
  readonly place: string;
  readonly sid: string;
  /** The resource, exactly. */
  readonly resource: string;
  readonly why: string;
  /** What keeps it narrow all the same. */
  readonly narrowedBy: string;
}

const apply = "deploy-roles/deploy-roles/apply-permissions";
const plan = "deploy-roles/deploy-roles/plan-permissions";

const inBothRoles = (choice: Omit<Choice, "place">): Choice[] => [plan, apply].map((place) => ({ place, ...choice }));

/** Order: by place, then as in the policy. */
export const CHOICES: readonly Choice[] = [
  {
    place: "compute/application-task/task-policy-document",
    sid: "ExecuteCommandLogGroups",
    resource: "*",
    why: "Only with application.executeCommand: the agent of ECS Exec lists log groups to find the session's, and asks for all.",
    narrowedBy: "Action: names and settings of log groups. Writing is limited to the one of ECS Exec.",
  },
  ...inBothRoles({
    sid: "Read",
    resource: "*",
    why: "Terraform reads every resource that it refreshes; AWS chooses many ids, so a policy cannot name them in advance.",
    narrowedBy: "Actions: configuration only. None reads an object, an item, a message or a secret.",
  }),
  ...inBothRoles({
    sid: "DecryptThroughServices",
    resource: "arn:aws:kms:<region>:<account>:key/*",
    why: "AWS chooses the key's id, and the data stack creates the key after the role.",
    narrowedBy: "Condition: through Secrets Manager and S3 only, whose reads are limited to named secrets and buckets.",
  }),
  ...inBothRoles({
    sid: "ReadImageParameter",
    resource: "arn:aws:ssm:<region>::parameter/aws/service/*",
    why: "Public parameters of AWS, with the newest image of container instances.",
    narrowedBy: "Resource: no account in the ARN, so no parameter of an account.",
  }),
  {
    place: apply,
    sid: "ChangeInRegion",
    resource: "*",
    why: "Resources have no ARN before they are created; AWS chooses most ids (VPC, subnet, key, load balancer).",
    narrowedBy:
      "Condition: the environment's Region. Actions: services of the stacks. An account per environment is the boundary.",
  },
  {
    place: apply,
    sid: "ChangeRecords",
    resource: "*",
    why: "AWS chooses the ids of private hosted zones.",
    narrowedBy: "Actions: Route 53 alone, whose resources have no Region. An account per environment is the boundary.",
  },
  {
    place: apply,
    sid: "SupportFurtherRegions",
    resource: "arn:aws:ec2:<region>:<account>:vpc-endpoint-service/*",
    why: "AWS chooses the service's id, and checks the permission while it creates the service.",
    narrowedBy: "Resource: endpoint services of the account in the environment's Region.",
  },
  {
    place: apply,
    sid: "CreateServiceLinkedRoles",
    resource: "*",
    why: "AWS names these roles and writes their policies.",
    narrowedBy: "Condition: services of the stacks.",
  },
  {
    place: "compute/application-task/task-policy-document",
    sid: "ExecuteCommandLogGroups",
    resource: "*",
    why: "ECS Exec looks up the log group of its sessions by listing; AWS documents the action with this resource.",
    narrowedBy: "Action: names and settings of log groups, no log entries. Only with application.executeCommand.",
  },
  {
    place: "privatelink-service/alb-ip-sync/permissions",
    sid: "LambdaInVpc",
    resource: "*",
    why: "AWS Lambda creates the function's network interfaces and chooses their ids; AWS's managed policy has the same resource.",
    narrowedBy: "A Deny (NotTheCodeItself) refuses the changes to the function's own code.",
  },
];
