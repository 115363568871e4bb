import type { Network, SecurityGroupRule } from "../../../paths/model/network";
import { Reference, resolve } from "../../../paths/model/references";
import type { Block, Stacks } from "../../../paths/model/stacks";

/** A resource as a reader of the report sees it. */
export interface ResourceFact {
  /** `<stack>/<address>`. */
  readonly key: string;
  readonly stack: string;
  readonly address: string;
  readonly settings: readonly { readonly name: string; readonly value: string }[];
  /** Rules of its security groups; undefined where it has none. */
  readonly securityGroups?: readonly { readonly name: string; readonly rules: readonly string[] }[];
}

/** What the JSON says about a resource; undefined where it is not there. */
export function resourceFact(stacks: Stacks, network: Network, key: string): ResourceFact | undefined {
  const [stack = "", address = ""] = key.split("/");
  const [type = "", name = ""] = address.split(".");
  const block = stacks[stack]?.resource?.[type]?.[name];
  if (!block) return undefined;
  const groups = [
    ...new Set(
      network.interfaces
        .filter(({ origin, role }) => `${origin.stack}/${origin.address}` === key && role !== "client")
        .flatMap(({ securityGroups }) => securityGroups),
    ),
  ].flatMap((group) => network.securityGroups.get(group) ?? []);
  return {
    key,
    stack,
    address,
    settings: settings(block, (value) => plain(value, stacks, stack)),
    ...(groups.length > 0 && {
      securityGroups: groups.map((group) => ({
        name: group.name,
        rules: [...group.ingress, ...group.egress].map((rule) => describeRule(rule, network)),
      })),
    }),
  };
}

/** Terraform's own words, and what only it needs. */
const left = new Set(["//", "depends_on", "lifecycle", "provisioner", "connection", "count", "for_each"]);

const LONGEST = 240;

function settings(block: Block, say: (value: unknown) => string, prefix = ""): { name: string; value: string }[] {
  return Object.entries(block).flatMap(([key, value]) => {
    if (prefix === "" && left.has(key)) return [];
    const name = `${prefix}${key}`;
    if (Array.isArray(value)) {
      const blocks = value.filter((entry): entry is Block => typeof entry === "object" && entry !== null);
      if (blocks.length === 0) return [{ name, value: value.map(say).join(", ") || "none" }];
      return blocks.flatMap((entry, index) => settings(entry, say, `${name}${blocks.length > 1 ? `[${index}]` : ""}.`));
    }
    if (typeof value === "object" && value !== null) return settings(value as Block, say, `${name}.`);
    return [{ name, value: say(value) }];
  });
}

/** A value without Terraform's brackets around references; one to another stack begins with its id. */
function plain(value: unknown, stacks: Stacks, stack: string): string {
  const meant = resolve(stacks, stack, value);
  if (meant instanceof Reference) {
    return `${meant.stack === stack ? "" : `${meant.stack}: `}${meant.address}.${meant.attribute}`;
  }
  const text = String(value).replace(/\$\{([^{}]*)\}/g, "$1");
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function describeRule({ direction, peer, ports }: SecurityGroupRule, { securityGroups }: Network): string {
  const port = ports.from === ports.to ? ports.from : `${ports.from}–${ports.to}`;
  const other =
    "block" in peer
      ? peer.block
      : "group" in peer
        ? `members of ${securityGroups.get(peer.group)?.name ?? peer.group}`
        : "prefixList" in peer
          ? "the prefix list of a gateway endpoint"
          : peer.unknown;
  return `${direction}: tcp ${port} ${direction === "ingress" ? "from" : "to"} ${other}`;
}
