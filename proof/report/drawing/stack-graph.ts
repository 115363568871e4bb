import { partsOf } from "../../../config/stack-ids";
import type { StackFact } from "../facts/stacks";
import type { Box, Edge } from "./drawing";
import { idOf } from "./drawing";
import { type Layout, layout } from "./layout";

/** Which stack reads outputs of which; arrows lead from the one that comes first. */
export function drawStacks(stacks: readonly StackFact[]): Promise<Layout> {
  const boxes = stacks.map(
    ({ id, resources }): Box => ({
      id: idOf(`stack-${id}`),
      kind: partsOf(id).name === "consumer-endpoint" ? "privatelink" : "operations",
      title: id,
      detail: `${resources} resources`,
      resource: id,
      children: [],
    }),
  );
  const known = new Set(stacks.map(({ id }) => id));
  const edges = stacks.flatMap(({ id, reads }) =>
    reads
      .filter((other) => known.has(other))
      .map((other): Edge => ({ from: idOf(`stack-${other}`), to: idOf(`stack-${id}`), kind: "data", paths: [] })),
  );
  return layout({ boxes, edges }, { direction: "RIGHT" });
}
