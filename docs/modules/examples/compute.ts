import type { App } from "cdktf";
import { Cluster } from "../../../modules/compute/cluster";
import { Repository } from "../../../modules/compute/repository";
import { EncryptionKey } from "../../../modules/data/encryption-key";
import { PatternStack } from "../../../stacks/base";
import { environment } from "./environment";

export function example(app: App): void {
  const stack = new PatternStack(app, "compute", environment);
  const { compute, data, region } = environment;
  const kmsKeyArn = new EncryptionKey(stack, "key", { prefix: "example", region, ...data.kms }).key.arn;
  new Repository(stack, "repository", { name: "example-app", kmsKeyArn, ...compute.repository });
  new Cluster(stack, "cluster", { name: "example", kmsKeyArn, logRetentionDays: 30 });
}
