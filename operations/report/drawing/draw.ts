import type { Stacks } from "../../paths/model/stacks";
import type { EnvironmentProof } from "../../paths/prove";
import { boxes, type Scene } from "./boxes";
import { edges } from "./edges";
import { type Layout, layout } from "./layout";

/** The architecture of one environment and its consumers, placed. */
export function drawArchitecture(
  stacks: Stacks,
  { consumers, environment, network, proofs }: EnvironmentProof,
  { oneZone = false }: { readonly oneZone?: boolean } = {},
): Promise<Layout> {
  const scene: Scene = { environment, consumers, stacks, network, oneZone };
  const all = boxes(scene);
  return layout({ boxes: all, edges: edges(scene, proofs, all) }, { direction: "DOWN" });
}
