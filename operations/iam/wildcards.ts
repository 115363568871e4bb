/** Actions that AWS has no resource-level permission for: `*` is the only resource that a policy can name. */
export const WITHOUT_RESOURCES: Readonly<Record<string, string>> = {
  "application-autoscaling:Describe*": "Application Auto Scaling",
  "autoscaling:Describe*": "Amazon EC2 Auto Scaling",
  "ec2:DescribeNetworkInterfaces": "Amazon EC2",
  "ec2:DescribeSubnets": "Amazon EC2",
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
  ...inBothRoles({
    sid: "Read",
    resource: "*",
    why: "Terraform reads every resource that it refreshes; many have ids that AWS makes, so a policy made beforehand can't name them.",
    narrowedBy: "Actions: configuration only. None reads an object, an item, a message or a secret.",
  }),
  ...inBothRoles({
    sid: "DecryptThroughServices",
    resource: "arn:aws:kms:<region>:<account>:key/*",
    why: "The key's id is AWS's own; the key is made by the data stack, after the role.",
    narrowedBy: "Condition: through Secrets Manager and S3 only, whose reads are limited to named secrets and buckets.",
  }),
  ...inBothRoles({
    sid: "ReadImageParameter",
    resource: "arn:aws:ssm:<region>::parameter/aws/service/*",
    why: "Parameters that AWS publishes to everybody, with the newest image of container instances.",
    narrowedBy: "Resource: no account in the ARN, so no parameter of an account.",
  }),
  {
    place: apply,
    sid: "ChangeInRegion",
    resource: "*",
    why: "What is made has no ARN before; most ids (VPC, subnet, key, load balancer) are AWS's own.",
    narrowedBy:
      "Condition: the environment's Region. Actions: services of the stacks. An account per environment is the wall.",
  },
  {
    place: apply,
    sid: "ChangeRecords",
    resource: "*",
    why: "Zones of private DNS have ids that AWS makes, or are the account's own.",
    narrowedBy: "Actions: Route 53 alone, whose resources have no Region. An account per environment is the wall.",
  },
  {
    place: apply,
    sid: "CreateServiceLinkedRoles",
    resource: "*",
    why: "AWS names these roles and writes their policies.",
    narrowedBy: "Condition: services of the stacks.",
  },
  {
    place: "privatelink-service/alb-ip-sync/permissions",
    sid: "LambdaInVpc",
    resource: "*",
    why: "AWS Lambda makes the function's network interfaces, with ids of its own; AWS's managed policy has the same resource.",
    narrowedBy: "A Deny (NotTheCodeItself) refuses the changes to the function's own code.",
  },
];
