import { partition, type Region } from "../../config/regions";

interface Surroundings {
  /** An image in ECR of the environment's Region. */
  readonly image: string;
  readonly account: string;
  readonly nat: boolean;
  readonly region: Region;
}

/** Images that are reached over NAT alone: of a registry that asks for credentials, and through a cache. */
export function imagesOverNat({ account, image, nat, region }: Surroundings) {
  if (!nat) return [];
  const arn = (service: string, resource: string) =>
    `arn:${partition(region)}:${service}:${region}:${account}:${resource}`;
  return [
    {
      uri: "registry.example.com:5000/team/app:1",
      credentialsSecretArn: arn("secretsmanager", "secret:registry-AbCdEf"),
      credentialsSecretKeyArn: arn("kms", "key/12345678-1234-4234-8234-123456789012"),
    },
    { uri: image, pullThroughCache: true },
  ];
}
