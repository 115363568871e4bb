import { DescribeKeyCommand, GetKeyRotationStatusCommand, KMSClient } from "@aws-sdk/client-kms";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { creates, resourcePrefix } from "../../config/derive";
import type { Item } from "./check";
import { deployCommand, output, type Target } from "./target";

/** The key that encrypts an environment's data: its own, or the one in `data.kms.keyArn`. */
export function dataKey({ clientOptions, environment }: Target) {
  const alias = `alias/${resourcePrefix(environment)}`;
  const keyId = environment.data.kms.keyArn ?? alias;
  const find = async () => {
    const { KeyMetadata } = await new KMSClient(clientOptions).send(new DescribeKeyCommand({ KeyId: keyId }));
    if (!KeyMetadata?.KeyId) throw new Error(`no key ${keyId} found`);
    return { ...KeyMetadata, KeyId: KeyMetadata.KeyId };
  };
  return {
    find,
    /** Whether the ARN, id or alias that a resource names is this key's. */
    async is(keyIdOrArn: string | undefined): Promise<boolean> {
      const { Arn, KeyId } = await find();
      return keyIdOrArn === Arn || keyIdOrArn === KeyId || keyIdOrArn === alias;
    },
  };
}

/** The key itself, and the secret that it encrypts. */
export function dataKeyItems(target: Target): Item[] {
  const { clientOptions, environment } = target;
  const deploy = deployCommand(target, "data");
  const key = dataKey(target);
  return [
    {
      item: "encryption key is enabled and rotates",
      next: deploy,
      async look() {
        const { KeyId, KeyState } = await key.find();
        const { KeyRotationEnabled } = await new KMSClient(clientOptions).send(
          new GetKeyRotationStatusCommand({ KeyId }),
        );
        return {
          good: KeyState === "Enabled" && KeyRotationEnabled,
          saw: `${KeyState}, rotation ${KeyRotationEnabled}`,
        };
      },
    },
    ...(creates(environment, "database") ? [secretItem(target)] : []),
  ];
}

const secretItem = (target: Target): Item => ({
  item: "database secret has a current version and is encrypted with the key",
  next: deployCommand(target, "data"),
  async look() {
    const secret = await new SecretsManagerClient(target.clientOptions).send(
      new DescribeSecretCommand({ SecretId: output(target, "data", "databaseSecretArn") }),
    );
    const current = Object.values(secret.VersionIdsToStages ?? {})
      .flat()
      .includes("AWSCURRENT");
    const ours = await dataKey(target).is(secret.KmsKeyId);
    return { good: current && ours, saw: `current version ${current}, own key ${ours}` };
  },
});
