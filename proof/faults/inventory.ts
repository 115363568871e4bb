import type { Emulator, Remainder } from "../lab/emulator";

/** Kinds of things that Terraform's state itself consists of, or that come and go by themselves. */
const NOT_OF_A_STACK = /^(s3 buckets\/[^ ]*tfstate|sts )/;

/** What exists, by kind: `ec2 subnets` → how many. */
export type Inventory = ReadonlyMap<string, number>;

/** Counts what exists, except what existed before. */
export async function takeInventory(emulator: Emulator, before: ReadonlySet<string> = new Set()): Promise<Inventory> {
  const counts = new Map<string, number>();
  for (const each of (await emulator.remains()).exists) {
    if (before.has(nameOf(each)) || NOT_OF_A_STACK.test(`${each.service} ${each.kind}/${each.id}`)) continue;
    const kind = `${each.service} ${each.kind}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** Names of everything that exists. */
export async function whatExists(emulator: Emulator): Promise<Set<string>> {
  return new Set((await emulator.remains()).exists.map(nameOf));
}

/** Where two inventories differ: `ec2 vpcs: 2 instead of 1`. */
export function differences(found: Inventory, expected: Inventory): string[] {
  return [...new Set([...found.keys(), ...expected.keys()])].sort().flatMap((kind) => {
    const [is, should] = [found.get(kind) ?? 0, expected.get(kind) ?? 0];
    return is === should ? [] : [`${kind}: ${is} instead of ${should}`];
  });
}

function nameOf({ service, account, region, kind, id }: Remainder): string {
  return [service, account, region, kind, id].join(" ");
}
