import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationError } from "../../../config/problem";
import type { Configuration } from "../../../config/schema";
import { provePathsBeforeWriting } from "../../../operations/paths/at-synth";
import { buildApp } from "../../../stacks/app";
import { consumerOf, environmentOf } from "../../synth";

const configuration = (consumerCidrs: string[], ports?: number[]): Configuration => ({
  environments: [environmentOf({ privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "on", consumerCidrs } })],
  consumers: [
    consumerOf({
      region: "eu-central-1",
      accountId: "111122223333",
      service: { environment: "test", ...(ports && { ports }) },
      vpc: { cidr: "10.90.0.0/24" },
    }),
  ],
});

/** What a synth with the proof says, and what it has written. */
function synth(wanted: Configuration): { error: unknown; written: string[] } {
  const outdir = mkdtempSync(join(tmpdir(), "at-synth-"));
  try {
    const app = buildApp(wanted, { outdir });
    provePathsBeforeWriting(app, wanted);
    let error: unknown;
    try {
      app.synth();
    } catch (thrown) {
      error = thrown;
    }
    return { error, written: readdirSync(join(outdir, "stacks")).sort() };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

test("a configuration whose paths are open is written", () => {
  const { error, written } = synth(configuration(["10.90.0.0/16"]));
  expect(error).toBeUndefined();
  expect(written).toContain("privatelink-service-test");
});

test("consumerCidrs without a linked consumer's clients: refused in those words, and nothing is written", () => {
  const { error, written } = synth(configuration(["10.91.0.0/24"]));
  expect(error).toBeInstanceOf(ConfigurationError);
  expect((error as ConfigurationError).problems).toEqual([
    expect.objectContaining({
      file: "config/environments/test.yaml",
      path: "privatelink.consumerCidrs",
      given: '["10.91.0.0/24"]',
      allowed: expect.stringContaining("all clients of consumer test (10.90.0.0/24)"),
      fix: expect.stringContaining("add 10.90.0.0/24"),
    }),
  ]);
  expect(written).toEqual([]);
});

test("a port that the service does not have: refused at the consumer's file", () => {
  const { error, written } = synth({
    ...configuration([], [8443]),
    environments: [environmentOf({ privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off" } })],
  });
  expect((error as ConfigurationError).problems).toEqual([
    expect.objectContaining({ file: "config/consumers/test.yaml", path: "service.ports", given: "[8443]" }),
  ]);
  expect(written).toEqual([]);
});
