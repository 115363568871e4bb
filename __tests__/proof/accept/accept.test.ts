import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { loadConfiguration } from "../../../config/load";
import { projectPath } from "../../../config/project";
import type { Environment } from "../../../config/schema";
import { listenForInterruption } from "../../../engine/terraform/interruption";
import { costOf, obstacles } from "../../../proof/accept/estimate";
import { Progress } from "../../../proof/accept/progress";
import { acceptSteps } from "../../../proof/accept/steps";
import { MISSING_IMAGE, withChangedContext, withImage } from "../../../proof/accept/variant";

const { environments } = loadConfiguration({ files: [] });
const [dev, prod] = ["dev", "prod"].map((name) => environments.find((each) => each.name === name)) as [
  Environment,
  Environment,
];
let folder: string;

beforeEach(() => {
  // A build context lies inside the project.
  mkdirSync(projectPath(".rehearsal"), { recursive: true });
  folder = mkdtempSync(projectPath(".rehearsal", "accept-test-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

test("an acceptance continues with the first step that is not done", () => {
  const first = new Progress(folder);
  first.add({ title: "Bootstrap", checks: [] });
  const second = new Progress(folder);
  expect([second.has("Bootstrap"), second.has("Deploy"), second.began]).toEqual([true, false, first.began]);
  second.forget();
  expect(new Progress(folder).has("Bootstrap")).toBe(false);
});

test("what protects an environment keeps it from being accepted", () => {
  expect(obstacles(dev)).toEqual([]);
  expect(obstacles(prod)).toContain("data.database.deletionProtection: false");
});

test("an environment costs by the hour", () => {
  const [none, some] = [0, 2].map((hours) => costOf(dev, hours));
  expect(none).toBe(0);
  expect(some).toBeGreaterThan(0.1);
});

test("the image is changed and brought back only where one is built", () => {
  const interruption = listenForInterruption(() => {});
  interruption.release();
  const skipped = (environment: Environment) =>
    acceptSteps({ environment, folder, interruption, patience: { seconds: 0, between: 0 } }).flatMap(
      ({ skipped: why, title }) => (why === undefined ? [] : [title]),
    );
  expect(skipped(dev)).toEqual([]);
  const image = { ...dev.application.image, build: undefined, uri: MISSING_IMAGE };
  expect(skipped({ ...dev, application: { ...dev.application, image } })).toEqual(["New image"]);
});

test("an image that is planted is the only change of the environment's file", () => {
  const file = withImage(dev, folder, { uri: MISSING_IMAGE });
  const changed = loadConfiguration({ files: [file] }).environments[0];
  expect(changed).toEqual({
    ...dev,
    application: { ...dev.application, image: { uri: MISSING_IMAGE, ownedBy: "terraform", pullThroughCache: false } },
  });
});

test("a changed image is built from a copy with one more line", () => {
  const { build } = dev.application.image;
  if (build === undefined) throw new Error("dev builds its image");
  const changed = loadConfiguration({ files: [withChangedContext(dev, build, folder, "LABEL a=b")] });
  const context = changed.environments[0]?.application.image.build?.context ?? "";
  expect(readFileSync(join(context, build.dockerfile), "utf8")).toMatch(/\nLABEL a=b\n$/);
});
