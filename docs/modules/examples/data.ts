import type { App } from "cdktf";
import { EncryptionKey } from "../../../modules/data/encryption-key";
import { StaticAssets } from "../../../modules/data/static-assets";
import { PatternStack } from "../../../stacks/base";
import { environment } from "./environment";

export function example(app: App): void {
  const stack = new PatternStack(app, "data", environment);
  const { data, region } = environment;
  const { key } = new EncryptionKey(stack, "key", { prefix: "example", region, ...data.kms });
  new StaticAssets(stack, "static-assets", { prefix: "example", kmsKeyArn: key.arn, ...data.staticAssets });
}
