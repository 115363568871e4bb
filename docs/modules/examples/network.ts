import type { App } from "cdktf";
import { CreatedNetwork } from "../../../modules/network/created-network";
import { PatternStack } from "../../../stacks/base";
import { environment } from "./environment";

export function example(app: App): void {
  const stack = new PatternStack(app, "network", environment);
  new CreatedNetwork(stack, "network", { environment });
}
