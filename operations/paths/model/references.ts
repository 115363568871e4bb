import { cidrsubnet } from "./addresses";
import type { Block, Stacks } from "./stacks";

/** An attribute of a resource or data source, in whichever stack it is. */
export class Reference {
  constructor(
    readonly stack: string,
    readonly address: string,
    readonly attribute: string,
  ) {}

  /** The same for every reference to one resource. */
  get key(): string {
    return `${this.stack}/${this.address}`;
  }
}

/** A value that the JSON does not tell. */
export class Unknown {
  constructor(readonly reason: string) {}
}

const remoteOutput = /^data\.terraform_remote_state\.cross-stack-reference-input-([\w-]+)\.outputs\.([\w-]+)$/;
const attribute = /^((?:data\.)?[a-z]\w*\.[\w-]+)\.([\w.[\]*-]+)$/;
const elementCall = /^element\((.+), (\d+)\)$/;
const sortedElement = /^sort\((.+)\)\[(\d+)\]$/;
const cidrsubnetCall = /^cidrsubnet\("([\d./]+)", (\d+), (\d+)\)$/;

/**
 * What a value of a stack's JSON stands for: itself, or for an expression the referenced attribute, followed through
 * outputs of other stacks. An element of a list that only AWS knows becomes a text that names it.
 */
export function resolve(stacks: Stacks, stack: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => resolve(stacks, stack, entry));
  if (typeof value !== "string" || !value.includes("${")) return value;
  const whole = /^\$\{([^{}]*)\}$/.exec(value);
  if (whole?.[1] !== undefined) return expression(stacks, stack, whole[1]);

  let unknown: Unknown | undefined;
  const text = value.replace(/\$\{([^{}]*)\}/g, (_, inner: string) => {
    const part = expression(stacks, stack, inner);
    if (part instanceof Unknown) unknown = part;
    return part instanceof Reference ? `<${part.key}.${part.attribute}>` : String(part);
  });
  return unknown ?? text;
}

function expression(stacks: Stacks, stack: string, text: string): unknown {
  const output = remoteOutput.exec(text);
  if (output) {
    const [, source = "", name = ""] = output;
    const found = stacks[source]?.output?.[name];
    return found ? resolve(stacks, source, found.value) : new Unknown(`output ${name} of ${source} is not there`);
  }
  const call = cidrsubnetCall.exec(text);
  if (call) return cidrsubnet(String(call[1]), Number(call[2]), Number(call[3]));
  const element = elementCall.exec(text) ?? sortedElement.exec(text);
  if (element) {
    const list = expression(stacks, stack, String(element[1]));
    if (list instanceof Reference) return `${list.key}.${list.attribute}[${element[2]}]`;
  }
  const reference = attribute.exec(text);
  if (reference) return new Reference(stack, String(reference[1]), String(reference[2]));
  return new Unknown(`an expression that is not modelled: ${text}`);
}

/** Keys of the resources that a list of ids names; what names none is left out. */
export function keys(stacks: Stacks, stack: string, ids: unknown): string[] {
  const resolved = resolve(stacks, stack, ids ?? []);
  const list = Array.isArray(resolved) ? resolved : [resolved];
  return list.flatMap((id) => (id instanceof Reference ? [id.key] : typeof id === "string" ? [id] : []));
}

/** One entry of a `for_each` over ports and clients, as the consumer endpoint's rules have it. */
export interface PortAndClient {
  readonly port: number;
  readonly client: string;
}

/** The entries of `{ for pair in setproduct(<ports>, <clients>) : … }`; undefined for any other expression. */
export function portsAndClients(block: Block): PortAndClient[] | undefined {
  const forEach = block.for_each;
  if (typeof forEach !== "string") return undefined;
  const lists = /setproduct\((\[[\d,]*\]), (?:keys\((\{[^}]*\})\)|(\[[^\]]*\]))\)/.exec(forEach);
  if (!lists) return undefined;
  const ports = JSON.parse(String(lists[1])) as number[];
  const clients = lists[2]
    ? Object.values(JSON.parse(lists[2]) as Record<string, string>)
    : (JSON.parse(String(lists[3])) as string[]);
  return ports.flatMap((port) => clients.map((client) => ({ port, client })));
}
