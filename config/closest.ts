import { distance } from "fastest-levenshtein";

const letters = (text: string) => [...text.toLowerCase()].sort().join("");

/** The most similar candidate; undefined if none is similar. */
export function closest(text: string, candidates: readonly string[]): string | undefined {
  // Two letters that have changed places are two edits; in a short word, two others make another word (cmd, cpu).
  const allowance = Math.min(Math.max(2, Math.floor(text.length / 3)), text.length - 1);
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(text.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits < 2 || text.length > 4 || letters(text) === letters(candidate))
    .sort((a, b) => a.edits - b.edits);
  const [best] = ranked;
  return best && best.edits <= allowance ? best.candidate : undefined;
}

/** `Unknown environment "dve". Available: dev, prod. Did you mean "dev"?` */
export function unknownName(kind: string, given: string, available: readonly string[]): string {
  const meant = closest(given, available);
  return [
    `Unknown ${kind} "${given}". Available: ${available.join(", ") || "none"}.`,
    ...(meant === undefined ? [] : [`Did you mean "${meant}"?`]),
  ].join(" ");
}
