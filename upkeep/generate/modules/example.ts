import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { projectPath } from "../../../config/project";
import { inTemporaryFolder } from "../../../config/temporary-folder";

/** Resources by type and name. */
export type Resources = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Path of a folder's example, relative to the project folder. */
export const exampleFile = (folder: string): string => `docs/modules/examples/${folder}.ts`;

/** What the example of a folder of modules synthesizes to. */
export async function synthesizeExample(folder: string): Promise<Resources> {
  const { example }: { example: (app: App) => void } = await import(projectPath(exampleFile(folder)));
  return inTemporaryFolder("example", (outdir) => {
    const app = new App({ outdir, stackTraces: false });
    example(app);
    app.synth();
    const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as {
      stacks: Record<string, { synthesizedStackPath: string }>;
    };
    const [stack] = Object.values(stacks);
    if (!stack) throw new Error(`${exampleFile(folder)} makes no stack`);
    return JSON.parse(readFileSync(join(outdir, stack.synthesizedStackPath), "utf8")).resource;
  });
}
