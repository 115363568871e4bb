import type { EnvironmentInput } from "./schema";

/** The least that the file of an environment has to say: what has no default. Examples and tests add what they are about. */
export const minimalEnvironment = {
  stage: "development",
  region: "eu-central-1",
  accountId: "111122223333",
  network: { cidr: "10.20.0.0/16" },
  application: { image: { uri: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/app:1" } },
  privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off" },
} as const satisfies EnvironmentInput;
