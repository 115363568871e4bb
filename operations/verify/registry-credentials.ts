import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { imagePulls } from "../../config/image-pulls";
import type { Item } from "./check";
import type { Target } from "./target";

/** Credentials that ECS pulls images with; without them no task starts any more, and nothing else tells before. */
export function registryCredentialsItems({ clientOptions, emulated, environment }: Target): Item[] {
  const keys = new Map(
    imagePulls(environment).flatMap(({ credentialsSecretArn: arn, credentialsSecretKeyArn }) =>
      arn === undefined ? [] : [[arn, credentialsSecretKeyArn] as const],
    ),
  );
  return [...keys].map(([SecretId, keyArn]) => ({
    item: `credentials of a registry have a current version and the key of the file: ${SecretId.split(":").at(-1)}`,
    next: "store the keys username and password in the secret; name the key that encrypts it in credentialsSecretKeyArn",
    async look() {
      const client = new SecretsManagerClient({ ...clientOptions, region: SecretId.split(":")[3] });
      const { DeletedDate, KmsKeyId, VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId }));
      const current = Object.values(VersionIdsToStages ?? {})
        .flat()
        .includes("AWSCURRENT");
      // A customer managed key may be given by its id alone; the emulated account has none of another team's keys.
      const managed = KmsKeyId === undefined || KmsKeyId.includes("alias/aws/");
      const known = keyArn === undefined ? managed : KmsKeyId !== undefined && keyArn.endsWith(KmsKeyId);
      return {
        good: current && (known || emulated) && DeletedDate === undefined,
        saw: `current version ${current}, key ${KmsKeyId ?? "of AWS"}${DeletedDate ? ", deleted" : ""}`,
      };
    },
  }));
}
