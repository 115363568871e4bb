import { Application } from "typedoc";
import { projectPath } from "../../../config/project";

/** What others may build upon. */
const ENTRY_POINTS = ["config/schema.ts", "config/load.ts", "config/derive.ts", "modules/*/*.ts", "stacks/*.ts"];

/** Writes API pages to dist/api; returns the exit code. */
export async function writeApiPages(): Promise<number> {
  const out = projectPath("dist/api");
  const app = await Application.bootstrapWithPlugins({
    entryPoints: ENTRY_POINTS.map((entry) => projectPath(entry)),
    tsconfig: projectPath("tsconfig.json"),
    excludeExternals: true,
    excludePrivate: true,
    // TypeScript 7 has checked the types.
    skipErrorChecking: true,
    // Its links lead to files that are no pages.
    readme: "none",
    // What the entry points mention but don't export is shown by name alone.
    validation: { notExported: false },
  });
  const project = await app.convert();
  if (!project) return 1;
  await app.generateDocs(project, out);
  return app.logger.hasErrors() || app.logger.hasWarnings() ? 1 : 0;
}
