/** One block of Terraform JSON. */
export type Block = Readonly<Record<string, unknown>>;

/** The part of a stack's Terraform JSON that paths depend on. */
export interface StackJson {
  readonly provider?: { readonly aws?: readonly { readonly allowed_account_ids?: readonly string[] }[] };
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly output?: Readonly<Record<string, { readonly value?: unknown }>>;
}

/** Terraform JSON by stack id. */
export type Stacks = Readonly<Record<string, StackJson>>;

/** Where a reader finds something: the stack, and the address in its JSON. */
export interface Origin {
  readonly stack: string;
  readonly address: string;
}

export interface Resource {
  /** `<stack>/<address>`. */
  readonly key: string;
  readonly origin: Origin;
  readonly block: Block;
}

/** All resources of a type, over all stacks. */
export function resources(stacks: Stacks, type: string): Resource[] {
  return Object.entries(stacks).flatMap(([stack, json]) =>
    Object.entries(json.resource?.[type] ?? {}).map(([name, block]) => {
      const address = `${type}.${name}`;
      return { key: `${stack}/${address}`, origin: { stack, address }, block };
    }),
  );
}
