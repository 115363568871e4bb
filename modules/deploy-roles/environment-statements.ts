import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { resourcePrefix, stateBucket, storesClientCas } from "../../config/derive";
import type { Environment } from "../../config/schema";
import { releases } from "../../config/workloads";
import { accountArns } from "./arns";
import { type DeployPhase, rolePathOf } from "./names";
import {
  ATTACHED_POLICIES,
  BOUNDED_ROLE_CHANGES,
  CHANGED_SERVICES,
  PASSED_TO,
  READS,
  ROLE_CHANGES,
  SERVICE_LINKED,
} from "./permissions";
import { keepDeployRoles } from "./protection";

type Statement = DataAwsIamPolicyDocumentStatement;

/** What the two roles of an environment's pipelines may do. */
export function environmentStatements(
  environment: Environment,
  accountId: string,
): Readonly<Record<DeployPhase, Statement[]>> {
  const read = readStatements(environment, accountId);
  return {
    plan: [...read, ...stateReads(environment, accountId)],
    apply: [
      ...read,
      ...stateReads(environment, accountId),
      ...stateWrites(environment, accountId),
      ...changeStatements(environment, accountId),
      ...roleStatements(environment, accountId),
      ...keepDeployRoles(
        accountArns(environment.region, accountId),
        `${rolePathOf(environment)}${resourcePrefix(environment)}-deploy-*`,
      ),
    ],
  };
}

/** Both phases refresh; planning takes no lock, so that the plan role writes nothing at all. */
function readStatements(environment: Environment, accountId: string): Statement[] {
  const arn = accountArns(environment.region, accountId);
  const prefix = resourcePrefix(environment);
  const { staticAssets } = environment.data;
  const existingBucket = staticAssets.use === "existing" ? [staticAssets.existing?.bucket ?? ""] : [];
  const parameters = releases(environment).map(({ name }) => arn.regional("ssm", `parameter${name}`));
  return [
    { sid: "Read", actions: [...READS], resources: ["*"] },
    { sid: "ReadImageParameter", actions: ["ssm:GetParameter"], resources: [arn.publicParameter("aws/service/*")] },
    ...(parameters.length === 0 ? [] : [{ sid: "ReadReleases", actions: ["ssm:GetParameter"], resources: parameters }]),
    // A bucket that exists is only asked for its Region.
    { sid: "ListBuckets", actions: ["s3:ListBucket"], resources: [`${prefix}-*`, ...existingBucket].map(arn.s3) },
    {
      sid: "ReadStaticAssets",
      actions: ["s3:GetObject", "s3:GetObjectTagging"],
      resources: [arn.s3(`${prefix}-static-*/*`)],
    },
    ...(storesClientCas(environment)
      ? [
          {
            sid: "ReadClientCas",
            actions: ["s3:GetObject", "s3:GetObjectTagging"],
            resources: [arn.s3(`${prefix}-clients-*/*`)],
          },
        ]
      : []),
    // The docker provider reads the manifest of the image from the registry itself, not through ECR's API, and takes
    // any refusal for an image that is gone: every plan would then replace the task definitions.
    {
      sid: "ReadImageManifest",
      actions: ["ecr:BatchGetImage"],
      resources: [arn.regional("ecr", `repository/${prefix}-*`)],
    },
    // Terraform reads the password back in every plan, to give the database what is stored; it keeps it nowhere.
    {
      sid: "ReadDatabaseSecret",
      actions: ["secretsmanager:GetSecretValue"],
      resources: [arn.regional("secretsmanager", `secret:${prefix}-database-*`)],
    },
    {
      sid: "DecryptThroughServices",
      actions: ["kms:Decrypt"],
      resources: [arn.regional("kms", "key/*")],
      condition: [
        {
          test: "StringEquals",
          variable: "kms:ViaService",
          values: ["secretsmanager", "s3"].map((service) => `${service}.${environment.region}.amazonaws.com`),
        },
      ],
    },
  ];
}

function states(environment: Environment): { readonly bucket: string; readonly objects: string } | undefined {
  const bucket = environment.backend.type === "s3" ? stateBucket(environment) : undefined;
  return bucket === undefined ? undefined : { bucket, objects: `${bucket}/${environment.name}/*` };
}

function stateReads(environment: Environment, accountId: string): Statement[] {
  const arn = accountArns(environment.region, accountId);
  const own = states(environment);
  if (own === undefined) return [];
  return [
    { sid: "ListStates", actions: ["s3:ListBucket"], resources: [arn.s3(own.bucket)] },
    { sid: "ReadStates", actions: ["s3:GetObject"], resources: [arn.s3(own.objects)] },
  ];
}

function stateWrites(environment: Environment, accountId: string): Statement[] {
  const own = states(environment);
  if (own === undefined) return [];
  const resources = [accountArns(environment.region, accountId).s3(own.objects)];
  return [{ sid: "WriteStates", actions: ["s3:PutObject", "s3:DeleteObject"], resources }];
}

function changeStatements(environment: Environment, accountId: string): Statement[] {
  return [
    {
      sid: "ChangeInRegion",
      actions: CHANGED_SERVICES.map((service) => `${service}:*`),
      resources: ["*"],
      condition: [{ test: "StringEquals", variable: "aws:RequestedRegion", values: [environment.region] }],
    },
    { sid: "ChangeRecords", actions: ["route53:*"], resources: ["*"] },
    // Permission without an API operation of its own: EC2 asks for it where a service gets or loses further Regions.
    // Source: Service Authorization Reference, "AWS PrivateLink"
    {
      sid: "SupportFurtherRegions",
      actions: ["vpce:AllowMultiRegion"],
      resources: [accountArns(environment.region, accountId).regional("ec2", "vpc-endpoint-service/*")],
    },
  ];
}

/** Roles of the environment: their policies, and the services that they are passed to. */
function roleStatements(environment: Environment, accountId: string): Statement[] {
  const arn = accountArns(environment.region, accountId);
  const prefix = resourcePrefix(environment);
  const path = rolePathOf(environment);
  const roles = arn.iam(`role/${path}${prefix}-*`);
  const boundary = environment.iam.permissionsBoundaryArn;
  const bounded =
    boundary === undefined ? [] : [{ test: "StringEquals", variable: "iam:PermissionsBoundary", values: [boundary] }];
  return [
    {
      sid: "ChangeOwnRoles",
      actions: ROLE_CHANGES.filter((action) => boundary === undefined || !BOUNDED_ROLE_CHANGES.includes(action)),
      resources: [roles, arn.iam(`instance-profile/${path}${prefix}-*`)],
    },
    // A role is given rights inside the boundary alone; nothing here takes the boundary away.
    ...(boundary === undefined
      ? []
      : [
          {
            sid: "ChangeBoundedRoles",
            actions: [...BOUNDED_ROLE_CHANGES, "iam:PutRolePermissionsBoundary"],
            resources: [roles],
            condition: bounded,
          },
        ]),
    {
      sid: "AttachKnownPolicies",
      actions: ["iam:AttachRolePolicy"],
      resources: [roles],
      condition: [
        { test: "ArnEquals", variable: "iam:PolicyARN", values: ATTACHED_POLICIES.map(arn.awsManagedPolicy) },
        ...bounded,
      ],
    },
    {
      sid: "PassOwnRoles",
      actions: ["iam:PassRole"],
      resources: [roles],
      condition: [{ test: "StringEquals", variable: "iam:PassedToService", values: [...PASSED_TO] }],
    },
    {
      sid: "CreateServiceLinkedRoles",
      actions: ["iam:CreateServiceLinkedRole"],
      resources: ["*"],
      condition: [{ test: "StringEquals", variable: "iam:AWSServiceName", values: [...SERVICE_LINKED] }],
    },
  ];
}
