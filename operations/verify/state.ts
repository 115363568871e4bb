import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { stateBucket } from "../../config/derive";
import type { Item } from "./check";
import { encryptedWith, objectsIn } from "./object-encryption";
import type { Target } from "./target";

/** The Terraform states. */
export function stateItems({ clientOptions, environment }: Target): Item[] {
  const Bucket = stateBucket(environment) ?? "";
  return [
    {
      item: "every Terraform state is encrypted with the key of its bucket",
      next: `deploy state-backend-${environment.name}, then store each state again: aws s3 cp s3://${Bucket}/<key> s3://${Bucket}/<key> --sse aws:kms --sse-kms-key-id alias/${Bucket}`,
      async look() {
        const { type } = environment.backend;
        if (type !== "s3") return { good: undefined, saw: `backend.type is ${type}` };
        const { KeyMetadata } = await new KMSClient(clientOptions).send(
          new DescribeKeyCommand({ KeyId: `alias/${Bucket}` }),
        );
        const objects = await objectsIn(new S3Client(clientOptions), { Bucket, Prefix: `${environment.name}/` });
        // Locks exist as long as a run.
        const states = objects.filter(({ key }) => key.endsWith(".tfstate"));
        return encryptedWith(KeyMetadata?.Arn, states);
      },
    },
  ];
}
