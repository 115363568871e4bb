import { readdirSync } from "node:fs";
import { TerraformResource, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { loadConfiguration } from "../../../config/load";
import { projectPath } from "../../../config/project";
import { appInMemory } from "../../../synth/synthesize";
import type { Resources } from "./example";
import { moduleFolders } from "./module-page";

/** Resources that the modules of each folder make for the environment dev and the example consumer. */
export async function resourcesInDev(): Promise<ReadonlyMap<string, Resources>> {
  const folderOf = await foldersOfClasses();
  const { consumers, environments } = loadConfiguration({ files: [] });
  const configuration = {
    // A team's own consumers may be of other environments.
    consumers: consumers.filter(({ service }) => service.environment === undefined || service.environment === "dev"),
    environments: environments.filter(({ name }) => name === "dev"),
  };
  const { app, stacks } = appInMemory(configuration);
  const found = new Map<string, Record<string, Record<string, unknown>>>();
  for (const element of app.node.findAll()) {
    const folder = folderOf(element);
    if (!(element instanceof TerraformResource) || folder === undefined) continue;
    const { friendlyUniqueId: name, terraformResourceType: type } = element;
    const resources = found.get(folder) ?? {};
    found.set(folder, resources);
    const block = resourcesOf(stacks[TerraformStack.of(element).node.id])[type]?.[name];
    if (block !== undefined) resources[type] = { ...resources[type], [`${name}`]: block };
  }
  return found;
}

const resourcesOf = (json: unknown) => (json as { resource?: Resources } | undefined)?.resource ?? {};

/** The folder of the module that made a construct: of the outermost class around it, which may use modules of other folders. */
async function foldersOfClasses(): Promise<(element: IConstruct) => string | undefined> {
  const folders = new Map<unknown, string>();
  for (const folder of moduleFolders()) {
    const files = readdirSync(projectPath("modules", folder), { recursive: true, encoding: "utf8" });
    for (const file of files.filter((name) => name.endsWith(".ts"))) {
      const exported: Record<string, unknown> = await import(projectPath("modules", folder, file));
      for (const value of Object.values(exported)) if (typeof value === "function") folders.set(value, folder);
    }
  }
  return ({ node }) => {
    const around = node.scopes.find((scope) => folders.has(scope.constructor));
    return around && folders.get(around.constructor);
  };
}
