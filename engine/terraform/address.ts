/** The parts of a resource's address. Source: Terraform documentation, "Resource addressing". */
export interface Address {
  readonly type: string;
  readonly name: string;
  /** Key of one of several instances; it may hold any character. */
  readonly key?: string;
}

const ADDRESS = /^(?:module\.[^.[]+(?:\[[^\]]*\])?\.)*(?:data\.)?([^.[]+)\.([^.[]+)(?:\[(.*)\])?$/s;

/** `aws_route53_zone.zone["app.example.internal"]`: type `aws_route53_zone`, name `zone`, key `app.example.internal`. */
export function parseAddress(address: string): Address {
  const [, type, name, key] = ADDRESS.exec(address) ?? [];
  if (type === undefined || name === undefined) return { type: "", name: address };
  return { type, name, ...(key !== undefined && { key: key.replace(/^"(.*)"$/s, "$1") }) };
}
