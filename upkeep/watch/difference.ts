import { styleText } from "node:util";
import { diffJson } from "diff";
import type { Stacks } from "./synthesize";

/** What differs between two syntheses, stack by stack and block by block, for people; empty where nothing does. */
export function difference(before: Stacks, after: Stacks, { color }: { readonly color: boolean }): string {
  return names(before, after)
    .flatMap((id) => {
      const [old, now] = [before[id], after[id]];
      if (old === undefined) return [`+ ${id}: a new stack`];
      if (now === undefined) return [`- ${id}: no such stack any more`];
      const [oldBlocks, newBlocks] = [blocksOf(old), blocksOf(now)];
      const changed = names(oldBlocks, newBlocks).flatMap((address) => {
        const lines = changedLines(oldBlocks[address], newBlocks[address], color);
        return lines.length === 0 ? [] : [address, ...lines];
      });
      return changed.length === 0 ? [] : [[id, ...changed].join("\n")];
    })
    .join("\n\n");
}

type Blocks = Readonly<Record<string, object>>;

/** The blocks of Terraform JSON by address: `resource.aws_vpc.vpc`, `output.vpcId`, `terraform.backend`. */
function blocksOf(json: unknown): Blocks {
  const blocks: Record<string, object> = {};
  const collect = (value: unknown, path: readonly string[]) => {
    const depth = path[0] === "resource" || path[0] === "data" ? 3 : 2;
    if (path.length === depth || !isObject(value)) blocks[path.join(".")] = isObject(value) ? value : { value };
    else for (const [key, inner] of Object.entries(value)) collect(inner, [...path, key]);
  };
  collect(json, []);
  return blocks;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function changedLines(old: object | undefined, now: object | undefined, color: boolean): string[] {
  return diffJson(old ?? "", now ?? "").flatMap(({ added, removed, value }) => {
    if (!added && !removed) return [];
    const lines = value
      .trimEnd()
      .split("\n")
      .map((line) => `${added ? "+" : "-"} ${line}`);
    return color ? lines.map((line) => styleText(added ? "green" : "red", line)) : lines;
  });
}

function names(...all: readonly Readonly<Record<string, unknown>>[]): string[] {
  return [...new Set(all.flatMap((each) => Object.keys(each)))];
}
