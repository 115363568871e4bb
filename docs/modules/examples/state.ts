import type { App } from "cdktf";
import { StateBucket } from "../../../modules/state/state-bucket";
import { PatternStack } from "../../../stacks/base";
import { environment } from "./environment";

export function example(app: App): void {
  const stack = new PatternStack(app, "state-backend", environment);
  new StateBucket(stack, "state-bucket", { name: "example-tfstate-111122223333", forceDestroy: false });
}
