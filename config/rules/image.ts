import { hasNat } from "../derive";
import { parseEcrImage } from "../ecr";
import { imagePulls } from "../image-pulls";
import type { Path } from "../problem";
import { partition } from "../regions";
import type { EnvironmentRule, Finding } from "./rule";

const inWords = (names: readonly string[], word: string) =>
  [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(` ${word} `);

/** An image comes from one place: exactly one of these options is given. */
export function oneOrigin<Image extends object>(
  path: Path,
  image: Image,
  origins: readonly (keyof Image & string)[],
  fix: string,
): Finding[] {
  const given = origins.filter((name) => image[name] !== undefined);
  if (given.length === 1) return [];
  return [
    {
      path,
      given: given.length === 0 ? `none of ${inWords(origins, "and")}` : inWords(given, "and"),
      allowed: `exactly one of ${inWords(origins, "and")}`,
      fix: given.length === 0 ? fix : `keep one of them: ${inWords(given, "or")}`,
    },
  ];
}

/** Where the image comes from must be clear. */
export const imageHasOneOrigin: EnvironmentRule = ({ application }) =>
  oneOrigin(
    ["application", "image"],
    application.image,
    ["build", "uri", "parameter"],
    "add `build: {}` to build it here, uri to run one that exists, or parameter to run what a pipeline has written",
  );

/** An image that Terraform builds is new with an apply, which then would not bring it into the service. */
export const pipelinesBringTheirOwnImage: EnvironmentRule = ({ application }) => {
  const { build, ownedBy } = application.image;
  if (build === undefined || ownedBy === "terraform") return [];
  return [
    {
      path: ["application", "image", "ownedBy"],
      allowed: "with image.build: terraform, which builds the image and rolls it out",
      fix: "remove it, or let the pipeline build the image and give uri or parameter",
    },
  ];
};

/** Credentials are those of a registry that asks for them. */
export const credentialsAreForOtherRegistries: EnvironmentRule = (environment) =>
  imagePulls(environment).flatMap(({ address, path, ...options }): Finding[] => {
    if (options.credentialsSecretArn === undefined) {
      if (options.credentialsSecretKeyArn === undefined) return [];
      return [
        {
          path: [...path, "credentialsSecretKeyArn"],
          allowed: "only with credentialsSecretArn, whose secret it encrypts",
          fix: "add credentialsSecretArn, or remove it",
        },
      ];
    }
    const at = [...path, "credentialsSecretArn"];
    if (address === undefined) {
      return [
        {
          path: at,
          allowed: "only with uri or parameter: other images are in a registry that is known already",
          fix: "remove it, or name the image in uri",
        },
      ];
    }
    if (parseEcrImage(address) === undefined) return [];
    return [
      {
        path: at,
        allowed:
          "only for a registry other than Amazon ECR, from which tasks pull with the rights of their execution role",
        fix: "remove it; for an image in another account, let the policy of its repository allow this account",
        source: 'Amazon ECS Developer Guide, "Using non-AWS container images in Amazon ECS"',
      },
    ];
  });

/** A cache is a repository of ECR, and ECR fills it over the internet. */
export const cachesArePulledThrough: EnvironmentRule = (environment) =>
  imagePulls(environment).flatMap(({ address, path, pullThroughCache }): Finding[] => {
    if (!pullThroughCache) return [];
    if (address === undefined || parseEcrImage(address) === undefined) {
      return [
        {
          path: [...path, "pullThroughCache"],
          allowed: "only for an image in Amazon ECR, by uri or parameter",
          fix: "name the image by its address in the cache: <account>.dkr.ecr.<region>.amazonaws.com/<prefix of the rule>/<upstream repository>",
          source: 'Amazon ECR User Guide, "Sync an upstream registry with an Amazon ECR private registry"',
        },
      ];
    }
    if (hasNat(environment)) return [];
    return [
      {
        path: [...path, "pullThroughCache"],
        allowed: "only with NAT: the first pull of an image goes over the internet, later ones do not",
        fix: "choose NAT gateways; or remove it, and pull each new image into the cache from elsewhere before you deploy it",
        source: 'Amazon ECR User Guide, "Amazon ECR interface VPC endpoints (AWS PrivateLink)"',
      },
    ];
  });

/** ECS reads the secret in its own Region and account, where its key also is. */
export const credentialsAreInReach: EnvironmentRule = (environment) =>
  imagePulls(environment).flatMap(({ credentialsSecretArn, credentialsSecretKeyArn, path }): Finding[] => {
    const { accountId, region } = environment;
    const [, ofPartition, , secretRegion, account] = credentialsSecretArn?.split(":") ?? [];
    if (credentialsSecretArn === undefined) return [];
    const source = 'Amazon ECS Developer Guide, "Using non-AWS container images in Amazon ECS"';
    const at = [...path, "credentialsSecretArn"];
    const keyRegion = credentialsSecretKeyArn?.split(":")[3] ?? secretRegion;
    const fix = "keep the credentials in a secret of this environment's account and Region, and name its ARN";
    return [
      ...(ofPartition === partition(region)
        ? []
        : [{ path: at, allowed: `an ARN that begins with arn:${partition(region)}:secretsmanager:`, fix, source }]),
      ...(accountId === undefined || account === accountId || credentialsSecretKeyArn !== undefined
        ? []
        : [
            {
              path: at,
              allowed: `a secret of account ${accountId}, or one of account ${account} with its key in credentialsSecretKeyArn`,
              fix: `add the ARN of the customer managed key that encrypts it; its policy and the secret's have to allow account ${accountId}`,
              source: 'AWS Secrets Manager User Guide, "Access AWS Secrets Manager secrets from a different account"',
            },
          ]),
      ...(keyRegion === secretRegion
        ? []
        : [
            {
              path: [...path, "credentialsSecretKeyArn"],
              allowed: `a key in ${secretRegion}, the Region of the secret`,
              fix: "name the key that encrypts the secret in its own Region",
              source: 'AWS Secrets Manager User Guide, "Secret encryption and decryption in AWS Secrets Manager"',
            },
          ]),
    ];
  });
