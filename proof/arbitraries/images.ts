import type { Region } from "../../config/regions";
import { arnsOf, KEY } from "./parts";

interface Surroundings {
  /** An image in ECR of the environment's Region. */
  readonly image: string;
  readonly account: string;
  readonly nat: boolean;
  readonly region: Region;
}

/** Images that are reached over NAT alone: of a registry that asks for credentials, and through a cache. */
export function imagesOverNat({ image, nat, ...place }: Surroundings) {
  if (!nat) return [];
  const arn = arnsOf(place);
  return [
    {
      uri: "registry.example.com:5000/team/app:1",
      credentialsSecretArn: arn("secretsmanager", "secret:registry-AbCdEf"),
      credentialsSecretKeyArn: arn("kms", KEY),
    },
    { uri: image, pullThroughCache: true },
  ];
}
