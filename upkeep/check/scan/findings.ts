import { parse } from "yaml";
import * as z from "zod";
import type { Finding } from "../../../proof/report/scan-record";

/** The scanner that each kind of check id belongs to. */
export type Scanner = "checkov" | "parliament";

const acceptedSchema = z.array(
  z.strictObject({
    checks: z.array(z.string().min(1)).min(1),
    places: z.array(z.string().min(1)).min(1),
    reason: z.string().min(20),
  }),
);

/** Findings that were looked at and are left as they are. */
export type Accepted = z.infer<typeof acceptedSchema>;

/** @throws Error that names the file, where in it, and what is wrong */
export function readAccepted(text: string, file: string): Accepted {
  const read = acceptedSchema.safeParse(parse(text));
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new Error(
    `${file}: each entry has checks, places and a reason of at least 20 characters\n${problems.join("\n")}`,
  );
}

export interface Judgement {
  /** Findings that no entry accepts. */
  readonly unlisted: readonly Finding[];
  /** `<check> at <place>` that an entry accepts, though it does not occur (any more). */
  readonly stale: readonly string[];
  /** `<check> at <place>` that more than one entry accepts. */
  readonly twice: readonly string[];
  readonly accepted: number;
}

/**
 * Compares what was found with what is accepted. Each check of an entry has to occur at each of its places, exactly: an
 * entry never covers more than was looked at.
 *
 * @param ran scanners that did run; entries of others can't be judged
 */
export function judge(findings: readonly Finding[], accepted: Accepted, ran: ReadonlySet<Scanner>): Judgement {
  const listed = accepted.flatMap(({ checks, places }) =>
    checks
      .filter((check) => ran.has(scannerOf(check)))
      .flatMap((check) => places.flatMap(alternatives).map((place) => key({ check, place }))),
  );
  const known = new Set(listed);
  const found = new Set(findings.map(key));
  return {
    unlisted: findings.filter((finding) => !known.has(key(finding))),
    stale: [...known].filter((each) => !found.has(each)),
    twice: [...new Set(listed.filter((each, index) => listed.indexOf(each) !== index))],
    accepted: findings.filter((finding) => known.has(key(finding))).length,
  };
}

const key = ({ check, place }: Pick<Finding, "check" | "place">) => `${check} at ${place}`;

/** Places that a text with `{a,b}` in it stands for. */
export function alternatives(text: string): string[] {
  const braces = /\{([^{}]*)\}/.exec(text);
  if (braces === null) return [text];
  const [whole, inner = ""] = braces;
  return inner.split(",").flatMap((each) => alternatives(text.replace(whole, () => each)));
}

export function scannerOf(check: string): Scanner {
  return check.startsWith("CKV") ? "checkov" : "parliament";
}
