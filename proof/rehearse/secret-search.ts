import { gunzipSync } from "node:zlib";
import { unzipSync } from "fflate";

/** Something that must be nowhere. */
export interface Secret {
  /** What it is, without its value. */
  readonly name: string;
  readonly value: string;
}

/** Shorter ones are found by chance. */
const SHORTEST = 8;

/** How deep an archive within an archive is opened. */
const DEPTH = 3;

/**
 * Prepares a search for secrets as they are, in JSON, in URLs, in hexadecimal digits, and in base64, alone or within a longer text.
 *
 * @returns a function that names the secrets in some bytes; it looks into zip (saved plans) and gzip, too
 * @throws Error if a secret is so short that it would be found by chance
 */
export function secretSearch(secrets: readonly Secret[]): (content: Buffer) => string[] {
  const wanted = secrets.map(({ name, value }) => {
    if (value.length < SHORTEST) throw new Error(`${name} is too short to be searched for`);
    return { name, forms: formsOf(value) };
  });
  return (content) => {
    const parts = [...unpacked(content)];
    return wanted
      .filter(({ forms }) => parts.some((part) => forms.some((form) => part.includes(form))))
      .map(({ name }) => name);
  };
}

function formsOf(value: string): Buffer[] {
  const bytes = Buffer.from(value);
  const json = JSON.stringify(value).slice(1, -1);
  const texts = [
    value,
    json,
    JSON.stringify(json).slice(1, -1),
    // As Go and Terraform write JSON.
    json.replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("&", "\\u0026"),
    encodeURIComponent(value),
    new URLSearchParams({ v: value }).toString().slice(2),
    bytes.toString("hex"),
    ...base64Within(bytes),
    ...base64Within(Buffer.from(json)),
  ];
  return [...new Set(texts)].map((text) => Buffer.from(text));
}

/** Base64 of a text depends on how many bytes stand before it: three cases, each without the characters that mix with neighbours. */
function base64Within(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const own = encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

function* unpacked(content: Buffer, depth = 0): Generator<Buffer> {
  yield content;
  if (depth === DEPTH) return;
  for (const inner of archived(content)) yield* unpacked(inner, depth + 1);
}

/** What only looks like an archive holds nothing else than itself. */
function archived(content: Buffer): Buffer[] {
  try {
    if (content.subarray(0, 4).equals(Buffer.from("PK\x03\x04"))) {
      return Object.values(unzipSync(content)).map((each) => Buffer.from(each));
    }
    if (content[0] === 0x1f && content[1] === 0x8b) return [gunzipSync(content)];
  } catch {
    return [];
  }
  return [];
}
