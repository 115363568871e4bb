import { addressRange, toAddress } from "../../config/derive";

/** First and last address of a block, both included. */
interface Range {
  readonly first: number;
  readonly last: number;
  readonly prefixLength: number;
}

const ranges = new Map<string, Range>();

/** The addresses of an IPv4 block in CIDR form, or of one address. */
export function range(block: string): Range {
  const known = ranges.get(block);
  if (known) return known;
  const prefix = Number(block.split("/")[1] ?? 32);
  const parsed = { ...addressRange(`${block.split("/")[0]}/${prefix}`), prefixLength: prefix };
  ranges.set(block, parsed);
  return parsed;
}

export function contains(outer: string, inner: string): boolean {
  const [a, b] = [range(outer), range(inner)];
  return a.first <= b.first && b.last <= a.last;
}

export function overlaps(one: string, other: string): boolean {
  const [a, b] = [range(one), range(other)];
  return a.first <= b.last && b.first <= a.last;
}

export const prefixLength = (block: string): number => range(block).prefixLength;

/**
 * The n-th address that AWS lets a subnet use, from 0. Past the last one it starts again: proofs need no unique address.
 * Source: Amazon VPC User Guide, "Subnet CIDR blocks": the first four addresses and the last one are reserved.
 */
export function usableAddress(subnet: string, n: number): string {
  const { first, last } = range(subnet);
  const usable = Math.max(1, last - first + 1 - 5);
  return toAddress(first + 4 + (n % usable));
}

/** As Terraform's function of that name. */
export function cidrsubnet(block: string, newBits: number, n: number): string {
  const length = prefixLength(block) + newBits;
  return `${toAddress(range(block).first + n * 2 ** (32 - length))}/${length}`;
}

/** The two halves of a block. */
export const halves = (block: string): [string, string] => [cidrsubnet(block, 1, 0), cidrsubnet(block, 1, 1)];
