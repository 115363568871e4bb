import { environmentNamed } from "../../config/environment-named";
import { ConfigurationError } from "../../config/load";
import { loadConfigurationFor } from "../../config/load-for";
import { changed } from "./changed";
import { consumer, environment, type Files, linkedConsumer, withFolder } from "./support";

const prod = changed(environment, { "network.cidr": "10.30.0.0/16", "network.natGateways": "single" });
const dev = environment;

/** What a command for dev gets, and what it is warned of. */
function loadedFor(files: Files, name = "dev") {
  const warnings: string[] = [];
  const load = () =>
    withFolder(files, (folder) => {
      const loaded = loadConfigurationFor(name, { folder, warn: (text) => warnings.push(text) });
      return [...loaded.environments, ...loaded.consumers].map((each) => each.name);
    });
  return { load, warnings };
}

test("where all files are good, all are loaded", () => {
  const { load, warnings } = loadedFor({ environments: { dev, prod }, consumers: { shop: consumer } });
  expect([load(), warnings]).toEqual([["dev", "prod", "shop"], []]);
});

test.each([
  ["a wrong option", changed(prod, { "network.natGateways": "two" })],
  ["no YAML", "a: [b"],
])("another environment with %s is left out with a warning", (_, broken) => {
  const { load, warnings } = loadedFor({ environments: { dev, prod: broken }, consumers: {} });
  expect(load()).toEqual(["dev"]);
  expect(warnings).toEqual([
    expect.stringMatching(/prod\.yaml has problems and is left out; rules between it and dev/),
  ]);
});

test("a consumer of another environment goes with it", () => {
  const { load, warnings } = loadedFor({
    environments: { dev, prod: changed(prod, { region: "nowhere" }) },
    consumers: { shop: changed(linkedConsumer, { "service.environment": "prod" }) },
  });
  expect(load()).toEqual(["dev"]);
  expect(warnings).toHaveLength(2);
});

test("the environment's own problems stop the command, and they alone are told", () => {
  const { load } = loadedFor({
    environments: { dev: changed(dev, { region: "nowhere" }), prod: changed(prod, { stage: "none" }) },
  });
  expect(load).toThrow(ConfigurationError);
  expect(load).toThrow(/dev\.yaml/);
  expect(load).not.toThrow(/prod\.yaml/);
});

test("a broken consumer of the environment stops the command", () => {
  const broken = changed(linkedConsumer, { "service.environment": "dev", region: "nowhere" });
  expect(loadedFor({ environments: { dev }, consumers: { shop: broken } }).load).toThrow(/shop\.yaml/);
});

test("what two good files contradict each other in stops the command", () => {
  expect(loadedFor({ environments: { dev, prod: dev } }).load).toThrow(/overlaps/);
});

test("a command about an environment says what to do where there are consumers alone", () => {
  expect(() => environmentNamed({ environments: [] }, "dev")).toThrow(/new environment writes one.*docs\/consumer\.md/);
});
