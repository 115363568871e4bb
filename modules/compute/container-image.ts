import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";

/** An image, and what ECS needs to pull it. */
export interface ContainerImage {
  readonly uri: string;
  /** Its repository; none when the image is not in ECR. */
  readonly repositoryArn?: string;
  /** A pull through cache rule fills the repository. @default false */
  readonly pullThroughCache?: boolean;
  /** Secret with user name and password of a registry that is not ECR. */
  readonly credentialsSecretArn?: string;
  /** Customer managed key of that secret. */
  readonly credentialsSecretKeyArn?: string;
}

const unique = (values: readonly (string | undefined)[]) => [
  ...new Set(values.flatMap((value) => (value === undefined ? [] : [value]))),
];

/** Rights on exactly the repositories of these images. */
export function pullsFromEcr(images: readonly ContainerImage[]): DataAwsIamPolicyDocumentStatement[] {
  const repositories = unique(images.map(({ repositoryArn }) => repositoryArn));
  const caches = unique(
    images.flatMap(({ pullThroughCache, repositoryArn }) => (pullThroughCache ? repositoryArn : [])),
  );
  if (repositories.length === 0) return [];
  return [
    // Has no resource-level permissions. Source: Service Authorization Reference, Amazon ECR.
    { sid: "EcrLogin", actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
    {
      sid: "PullImage",
      actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      resources: repositories,
    },
    ...(caches.length > 0
      ? [
          // Who pulls an image that is not in the cache imports it. Source: Amazon ECR User Guide, "IAM permissions required
          // to sync an upstream registry with an Amazon ECR private registry".
          {
            sid: "FillPullThroughCache",
            actions: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
            resources: caches,
          },
        ]
      : []),
  ];
}

/**
 * Rights on exactly the secrets with the credentials of other registries, and their keys by way of Secrets Manager alone.
 * Source: Amazon ECS Developer Guide, "Amazon ECS task execution IAM role", private registry authentication permissions.
 */
export function readsRegistryCredentials(images: readonly ContainerImage[]): DataAwsIamPolicyDocumentStatement[] {
  const secrets = unique(images.map(({ credentialsSecretArn }) => credentialsSecretArn));
  const keys = unique(images.map(({ credentialsSecretKeyArn }) => credentialsSecretKeyArn));
  if (secrets.length === 0) return [];
  return [
    { sid: "ReadRegistryCredentials", actions: ["secretsmanager:GetSecretValue"], resources: secrets },
    ...(keys.length > 0
      ? [
          {
            sid: "DecryptRegistryCredentials",
            actions: ["kms:Decrypt"],
            resources: keys,
            condition: [
              {
                test: "StringEquals",
                variable: "kms:ViaService",
                values: unique(keys.map((arn) => `secretsmanager.${arn.split(":")[3]}.amazonaws.com`)),
              },
            ],
          },
        ]
      : []),
  ];
}
