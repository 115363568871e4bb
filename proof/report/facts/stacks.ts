import { PROVIDER_STACKS, stackId } from "../../../config/stack-ids";
import type { Stacks } from "../../../paths/model/stacks";

/** One stack, as its JSON tells. */
export interface StackFact {
  readonly id: string;
  /** Ids of the stacks whose outputs it reads. */
  readonly reads: readonly string[];
  /** Number of resources by type, most first. */
  readonly types: readonly { readonly type: string; readonly count: number }[];
  readonly resources: number;
  readonly outputs: number;
}

const input = /^cross-stack-reference-input-(.+)$/;

/** Those of an environment and its consumers, each after those that it reads. */
export function stackFacts(stacks: Stacks, environment: string, consumers: readonly string[]): StackFact[] {
  const wanted = [
    ...PROVIDER_STACKS.map((stack) => stackId(stack, { name: environment })),
    ...consumers.map((name) => stackId("consumer-endpoint", { name })),
  ];
  return wanted.flatMap((id): StackFact[] => {
    const json = stacks[id];
    if (!json) return [];
    const types = Object.entries(json.resource ?? {})
      .map(([type, named]) => ({ type, count: Object.keys(named).length }))
      .sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
    const reads = Object.keys(json.data?.terraform_remote_state ?? {}).flatMap((name) => input.exec(name)?.[1] ?? []);
    return [
      {
        id,
        reads,
        types,
        resources: types.reduce((sum, { count }) => sum + count, 0),
        outputs: Object.keys(json.output ?? {}).length,
      },
    ];
  });
}
