import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStackJson } from "../../synth/stacks";
import type { ProviderJson } from "./account-query";
import { parseAddress } from "./address";
import { findByTag, findPrivateZone, type TaggedResource } from "./find-by-tag";
import { findNotifications } from "./find-notifications";
import { importId, importIdFromJson, type Lookup, recreatesHarmlessly } from "./import-ids";
import { forgetJournal, type JournalEntry, readJournal } from "./journal";
import { type StackRun, type Terraform, TerraformError } from "./terraform";

/** An ordinary file, since overrides can't hold imports. */
const IMPORT_FILE = "recovered_import.tf.json";

interface StackJson extends ProviderJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

interface Import {
  readonly to: string;
  readonly id: string;
  /** Whether it may not be there: its creation had begun, and nothing tells how far it came. */
  readonly uncertain: boolean;
}

/**
 * After a run that was killed, plans what imports that run's creations that the state doesn't know: what its journal
 * tells, and of what was under way then, what AWS has with the stack's tags or under the one possible name.
 *
 * @param plan plans the stack; it may be called several times
 */
export async function planRecovering<T>(terraform: Terraform, stack: StackRun, plan: () => Promise<T>): Promise<T> {
  let imports = await recover(terraform, stack);
  for (;;) {
    const file = join(stack.directory, IMPORT_FILE);
    rmSync(file, { force: true });
    const blocks = imports.map(({ to, id }) => ({ to, id }));
    if (blocks.length > 0) writeFileSync(file, JSON.stringify({ import: blocks }, undefined, 2));
    try {
      return await plan();
    } catch (error) {
      const left = error instanceof TerraformError ? withoutMissing(imports, error.details) : imports;
      if (left.length === imports.length) throw error;
      imports = left;
    }
  }
}

/**
 * What is left to import when a plan has failed because something uncertain is not there: Terraform names its address, some
 * of the provider's errors only the parts of its id. What exists must not be left out: its creation would fail.
 */
function withoutMissing(imports: readonly Import[], details: string): Import[] {
  const uncertain = imports.filter((each) => each.uncertain);
  const named = uncertain.filter(({ to }) => details.includes(to));
  const meant = uncertain.filter(({ id }) => id.split(/[/_]/).every((part) => details.includes(part)));
  const missing = [named, meant].find(({ length }) => length > 0) ?? uncertain;
  return imports.filter((each) => !missing.includes(each));
}

async function recover(terraform: Terraform, stack: StackRun): Promise<Import[]> {
  const journal = readJournal(stack.directory);
  if (journal.length === 0) return [];
  const stackJson = readStackJson(stack) as StackJson;
  const known = await terraform.ids(stack);
  const lost = journal.filter(({ address }) => !known.has(address) && !recreatesHarmlessly(parseAddress(address).type));
  if (lost.length === 0) return [];

  const told = journal.flatMap(({ address, id }) => (id === undefined ? [] : [[address, id] as const]));
  const ids = new Map([...known, ...told]);
  const mustAsk = lost.some(
    ({ address, id }) => id === undefined || parseAddress(address).type === "aws_ecs_task_definition",
  );
  const tagged = mustAsk ? await findByTag(terraform, stack, stackJson) : [];
  for (const { address, id } of lost) {
    const zone = id === undefined ? privateZoneOf(address, stackJson, ids) : undefined;
    if (zone !== undefined) tagged.push(...(await findPrivateZone(terraform, stack, stackJson, zone)));
    if (id === undefined && parseAddress(address).type === "aws_vpc_endpoint_connection_notification") {
      const env = { ...terraform.env, ...stack.env };
      const service = resolved(blockOf(address, stackJson).vpc_endpoint_service_id, ids);
      tagged.push(...(await findNotifications(env, stackJson.provider?.aws?.[0]?.region, String(service))));
    }
  }
  const taken = new Set(ids.values());
  const begun = lost.filter(({ id }) => id === undefined).map(({ address }) => parseAddress(address).type);
  return lost.flatMap((entry): Import[] => {
    const { type } = parseAddress(entry.address);
    const lookup = lookupOf(entry, stackJson, ids);
    const id = entry.id ?? idOfUnfinished(type, lookup, { begun, tagged, taken });
    const certain = id === undefined ? undefined : importId(type, id, lookup, tagged);
    if (certain !== undefined) {
      if (id !== undefined) ids.set(entry.address, id);
      return [{ to: entry.address, id: certain, uncertain: false }];
    }
    const possible = importIdFromJson(type, lookup);
    return possible === undefined ? [] : [{ to: entry.address, id: possible, uncertain: true }];
  });
}

/** To be called once the plan that imports is applied. */
export function forgetRecovery({ directory }: StackRun): void {
  rmSync(join(directory, IMPORT_FILE), { force: true });
  forgetJournal(directory);
}

/**
 * What had begun when the run was killed is there if AWS has exactly one thing that it can be and that the state doesn't
 * know: of its kind and named like it, by its id or its Name tag; or the only one of a kind that only one was begun of.
 *
 * @param begun kinds of everything whose creation had begun
 * @param taken ids that belong to something else; the one found is added
 */
export function idOfUnfinished(
  type: string,
  { attribute }: Lookup,
  { begun, tagged, taken }: { begun: readonly string[]; tagged: readonly TaggedResource[]; taken: Set<string> },
): string | undefined {
  const tag = (attribute("tags") as { Name?: string } | undefined)?.Name;
  const names = ["name", "bucket", "identifier", "function_name", "family"].map(attribute);
  const left = tagged.filter((each) => each.type === type && !taken.has(each.id));
  const byId = left.filter(({ id }) =>
    names.some((name) => typeof name === "string" && (id === name || id.split(/[/:]/).includes(name))),
  );
  const byTag = left.filter(({ tags }) => tag !== undefined && tags.Name === tag);
  const only = begun.filter((each) => each === type).length === 1 ? left : [];
  const [found] = [byId, byTag, only].find(({ length }) => length === 1) ?? [];
  if (found !== undefined) taken.add(found.id);
  return found?.id;
}

function lookupOf({ address }: JournalEntry, stackJson: StackJson, ids: ReadonlyMap<string, string>): Lookup {
  const block = blockOf(address, stackJson);
  return { attribute: (key) => resolved(block[key], ids) };
}

/** Name and first VPC of a private hosted zone; undefined for anything else. */
function privateZoneOf(
  address: string,
  stackJson: StackJson,
  ids: ReadonlyMap<string, string>,
): { name: string; vpcId: string } | undefined {
  const { key: name, type } = parseAddress(address);
  if (type !== "aws_route53_zone") return undefined;
  const { dynamic } = blockOf(address, stackJson) as { dynamic?: { vpc?: { for_each?: readonly unknown[] } } };
  const vpcId = resolved(dynamic?.vpc?.for_each?.[0], ids);
  return name === undefined || typeof vpcId !== "string" ? undefined : { name, vpcId };
}

function blockOf(address: string, { resource = {} }: StackJson): Readonly<Record<string, unknown>> {
  const { name, type } = parseAddress(address);
  return resource[type]?.[name] ?? {};
}

/** An argument's value; of a reference to another resource, that one's id. */
function resolved(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  const reference = typeof value === "string" ? /^\$\{([^}]+)\.(id|arn|name)\}$/.exec(value)?.[1] : undefined;
  return reference === undefined ? value : ids.get(reference);
}
