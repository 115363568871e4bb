import ipaddr from "ipaddr.js";
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

export const isIpv6 = (block: string): boolean => block.includes(":");

interface Range6 {
  readonly first: bigint;
  readonly last: bigint;
  readonly prefixLength: number;
}

const ranges6 = new Map<string, Range6>();

function range6(block: string): Range6 {
  const known = ranges6.get(block);
  if (known) return known;
  const [address = "", prefix = "128"] = block.split("/");
  const bytes = ipaddr.IPv6.parse(address).toByteArray();
  const value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const size = 2n ** BigInt(128 - Number(prefix));
  const first = value - (value % size);
  const parsed = { first, last: first + size - 1n, prefixLength: Number(prefix) };
  ranges6.set(block, parsed);
  return parsed;
}

/** Blocks of one family, as numbers that can be compared; undefined for two families. */
function comparable(one: string, other: string): readonly [Range | Range6, Range | Range6] | undefined {
  if (isIpv6(one) !== isIpv6(other)) return undefined;
  return isIpv6(one) ? [range6(one), range6(other)] : [range(one), range(other)];
}

/** Whether a block of either family is within another one; never within one of the other family. */
export function contains(outer: string, inner: string): boolean {
  const [a, b] = comparable(outer, inner) ?? [];
  return a !== undefined && b !== undefined && a.first <= b.first && b.last <= a.last;
}

export function overlaps(one: string, other: string): boolean {
  const [a, b] = comparable(one, other) ?? [];
  return a !== undefined && b !== undefined && a.first <= b.last && b.first <= a.last;
}

export const prefixLength = (block: string): number => (isIpv6(block) ? range6(block) : range(block)).prefixLength;

/** Whether a block is one address. */
export const isAddress = (block: string): boolean => prefixLength(block) === (isIpv6(block) ? 128 : 32);

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
export function halves(block: string): [string, string] {
  if (!isIpv6(block)) return [cidrsubnet(block, 1, 0), cidrsubnet(block, 1, 1)];
  const { first, prefixLength: length } = range6(block);
  const half = (start: bigint) => `${toIpv6(start)}/${length + 1}`;
  return [half(first), half(first + 2n ** BigInt(127 - length))];
}

function toIpv6(value: bigint): string {
  const bytes = Array.from({ length: 16 }, (_, index) => Number((value >> BigInt(8 * (15 - index))) % 256n));
  return ipaddr.fromByteArray(bytes).toString();
}
