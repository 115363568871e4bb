import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Configuration } from "../../config/schema";
import { buildApp } from "../../stacks/app";
import type { Stacks } from "./model/stacks";

interface Manifest {
  readonly stacks: Readonly<Record<string, { readonly synthesizedStackPath: string }>>;
}

/** The JSON that a synth would write, by stack id; nothing stays behind. */
export function synthesizeStacks(configuration: Configuration): Stacks {
  const outdir = mkdtempSync(join(tmpdir(), "paths-"));
  try {
    buildApp(configuration, { outdir }).synth();
    const manifest = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as Manifest;
    return Object.fromEntries(
      Object.entries(manifest.stacks).map(([id, { synthesizedStackPath }]) => [
        id,
        JSON.parse(readFileSync(join(outdir, synthesizedStackPath), "utf8")),
      ]),
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
