import type { App } from "cdktf";
import { Network } from "../../../modules/network/network";
import { PatternStack } from "../../../stacks/base";
import { environment } from "./environment";

export function example(app: App): void {
  const stack = new PatternStack(app, "network", environment);
  new Network(stack, "network", { environment });
}
