import type { Stacks } from "../../../paths/model/stacks";
import type { EnvironmentProof } from "../../../paths/prove";
import { boxes, type Scene } from "./boxes";
import { edges } from "./edges";
import type { Layout } from "./layout";
import { place } from "./place";
import { route } from "./route";

/** The architecture of one environment and its consumers, placed. */
export function drawArchitecture(
  stacks: Stacks,
  { consumers, environment, network, proofs }: EnvironmentProof,
  { oneZone = false }: { readonly oneZone?: boolean } = {},
): Layout {
  const scene: Scene = { environment, consumers, stacks, network, oneZone };
  const all = boxes(scene);
  const { boxes: placed, ...size } = place(all, 40);
  return { ...size, boxes: placed, edges: route(edges(scene, proofs, all), placed) };
}
