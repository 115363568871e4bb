import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { projectPath } from "../../config/project";
import { protections, relaxations } from "../../config/protections";
import { newEnvironment } from "../../operations/new-configuration/environment";
import { unprotected } from "../../proof/lab/rehearsable";
import { environmentOf } from "../synth";

const at = (tree: object, path: readonly string[]): unknown =>
  path.reduce((node: unknown, key) => (node as Record<string, unknown> | undefined)?.[key], tree);
const protectedOnes = protections.filter(({ relaxed }) => relaxed !== undefined);

test.each(protectedOnes.map((each) => [each.path.join("."), each] as const))(
  "%s protects by default, and is given up by its relaxed value",
  (_name, { isOff, path, relaxed }) => {
    const environment = environmentOf({});
    expect(isOff(environment)).toBe(false);
    const changed = structuredClone(environment);
    Reflect.set(at(changed, path.slice(0, -1)) as object, path.at(-1) as string, relaxed);
    expect(isOff(changed)).toBe(true);
  },
);

test("dev.yaml lets everything be destroyed", () => {
  const dev: object = parse(readFileSync(projectPath("config/environments/dev.yaml"), "utf8"));
  expect(relaxations.map(({ path }) => [path.join("."), at(dev, path)])).toEqual(
    relaxations.map(({ path, value }) => [path.join("."), value]),
  );
});

test("a new development environment lets everything be destroyed, the backup vault included", () => {
  const preset = newEnvironment.preset?.({ stage: "development" }) ?? [];
  expect(preset).toEqual(expect.arrayContaining([...relaxations]));
  expect(preset).toContainEqual({ path: ["data", "backup", "forceDestroy"], value: true });
});

test("a rehearsal switches every protection off before it destroys, and changes nothing of the given environment", () => {
  const environment = environmentOf({ stage: "production" });
  expect(protectedOnes.filter(({ isOff }) => !isOff(unprotected(environment)))).toEqual([]);
  expect(protectedOnes.filter(({ isOff }) => isOff(environment))).toEqual([]);
});
