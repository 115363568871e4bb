import * as z from "zod";
import { inTemporaryFolder } from "../../../config/temporary-folder";
import { everythingOn, exercise, notExercised, optionValues } from "../../../proof/rehearse/exercised";
import { synthesize } from "../../../synth/synthesize";

test.each(["environments", "consumers"] as const)(
  "every option value of %s is rehearsed, or it is said why not",
  (kind) => {
    const { excused, left } = exercise(kind);
    expect([...left].sort()).toEqual([...excused].sort());
  },
);

test("each rehearsed environment synthesizes", () => {
  return inTemporaryFolder("everything-on", (outdir) => {
    expect(() => synthesize(everythingOn(), outdir)).not.toThrow();
  });
}, 120_000);

describe("option values", () => {
  const schema = z.strictObject({
    mode: z.enum(["a", "b"]).default("a"),
    on: z.boolean().default(false),
    size: z.int().default(3),
    name: z.string().optional(),
    entries: z.array(z.strictObject({ key: z.string().optional() })).default([]),
  });
  const names = (configurations: readonly object[]) =>
    notExercised(schema, optionValues(schema), configurations).map(({ option, value }) => `${option} ${value}`);

  test("are each of a choice, both of a switch, and what differs from the default", () => {
    expect(names([{ mode: "a", on: false, size: 3, entries: [] }])).toEqual([
      "mode b",
      "on true",
      "size other",
      "name given",
      "entries given",
      "entries[].key given",
    ]);
  });

  test("are exercised by any of the configurations", () => {
    const first = { mode: "b", on: true, size: 3, name: "x", entries: [{}, { key: "k" }] };
    expect(names([first, { mode: "a", on: false, size: 4, entries: [] }])).toEqual([]);
  });
});
