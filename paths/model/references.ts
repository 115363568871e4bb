import { cidrsubnet } from "./addresses";
import { addressOfId, existingVpcStack, isExistingVpcStack } from "./existing-vpc";
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
/** The value that an endpoint has where its service takes a policy. */
const whereSupported = /^data\.aws_vpc_endpoint_service\.[\w.-]+\.vpc_endpoint_policy_supported \? (.+) : null$/;
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
  const supported = whereSupported.exec(text);
  if (supported) return expression(stacks, stack, String(supported[1]));
  const reference = attribute.exec(text);
  if (reference) return adopted(stacks, new Reference(stack, String(reference[1]), String(reference[2])));
  return new Unknown(`an expression that is not modelled: ${text}`);
}

/**
 * What a data source of a VPC that exists has found: an attribute of the resource in the stack of that VPC, where its
 * snapshot is here. Of a list it is the list itself.
 */
function adopted(stacks: Stacks, reference: Reference): unknown {
  const [data, type = "", name = ""] = reference.address.split(".");
  const block = data === "data" ? stacks[reference.stack]?.data?.[type]?.[name] : undefined;
  const found = block && foundBy(stacks, reference.stack, type, block);
  if (!found) return reference;
  const own = stacks[found.stack]?.resource?.[type]?.[found.name]?.[reference.attribute];
  if (reference.attribute === "id" || own === undefined) {
    return new Reference(found.stack, `${type}.${found.name}`, reference.attribute);
  }
  return resolve(stacks, found.stack, own);
}

function foundBy(
  stacks: Stacks,
  stack: string,
  type: string,
  block: Block,
): { stack: string; name: string } | undefined {
  const text = (value: unknown) => {
    const resolved = resolve(stacks, stack, value);
    return resolved instanceof Reference ? resolved.key.split(".").at(-1) : resolved;
  };
  const [id, vpcId] = [text(block.id), text(block.vpc_id)];
  const homes = Object.keys(stacks).filter(isExistingVpcStack);
  for (const home of homes) {
    for (const [name, candidate] of Object.entries(stacks[home]?.resource?.[type] ?? {})) {
      const byId = id !== undefined && id === name;
      const inVpc = id === undefined && home === existingVpcStack(String(vpcId));
      if (byId || (inVpc && fits(block, candidate))) return { stack: home, name };
    }
  }
  return undefined;
}

/** Whether a resource matches the other filters of a data source: zone, tags, service and type of endpoint. */
function fits(block: Block, candidate: Block): boolean {
  const tags = (block.tags ?? {}) as Record<string, string>;
  const own = (candidate.tags ?? {}) as Record<string, string>;
  const filters = (block.filter ?? []) as { readonly name: string; readonly values: readonly string[] }[];
  return (
    ["availability_zone_id", "service_name"].every(
      (key) => block[key] === undefined || block[key] === candidate[key],
    ) &&
    Object.entries(tags).every(([key, value]) => own[key] === value) &&
    filters.every(
      ({ name, values }) => name === "vpc-endpoint-type" && values.includes(String(candidate.vpc_endpoint_type)),
    )
  );
}

/** Keys of the resources that a list of ids names; what names none is left out. */
export function keys(stacks: Stacks, stack: string, ids: unknown): string[] {
  const resolved = resolve(stacks, stack, ids ?? []);
  const list = (Array.isArray(resolved) ? resolved : [resolved]).flat();
  return list.flatMap((id) =>
    id instanceof Reference ? [id.key] : typeof id === "string" ? [keyOfId(stacks, id)] : [],
  );
}

/** The key of what an id names in a VPC that exists; the id itself where its snapshot is not here. */
export function keyOfId(stacks: Stacks, id: string): string {
  const address = addressOfId(id);
  const [type = "", name = ""] = address?.split(".") ?? [];
  const home = Object.keys(stacks).find((each) => isExistingVpcStack(each) && stacks[each]?.resource?.[type]?.[name]);
  return home ? `${home}/${address}` : id;
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
