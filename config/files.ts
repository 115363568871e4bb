import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import type { Problem } from "./problem";
import { projectPath } from "./project";
import { whatIsThere } from "./project-files";

/** What a file describes: the provider side or one consumer. */
export type Kind = "environments" | "consumers";

/** A configuration file that was found or asked for. */
export interface ConfigurationFile {
  /** As it is shown to people: relative to the working folder where it lies in it. */
  readonly file: string;
  readonly name: string;
  /** From the folder it lies in; undefined where the content decides. */
  readonly kind?: Kind;
}

const kinds: readonly Kind[] = ["environments", "consumers"];

/** Folder with `environments/` and `consumers/`, unless something else is asked for. */
export const defaultFolder = projectPath("config");

function describe(path: string): ConfigurationFile {
  const absolute = resolve(path);
  const below = relative(process.cwd(), absolute);
  const kind = kinds.find((name) => name === basename(dirname(absolute)));
  return {
    file: below.startsWith("..") ? absolute : below,
    name: basename(absolute, extname(absolute)),
    ...(kind ? { kind } : {}),
  };
}

const isYaml = (name: string) => /\.ya?ml$/.test(name) && !name.startsWith(".");

/** What a configuration folder holds. */
export interface FolderContent {
  /** Configuration files, by name. */
  readonly files: ConfigurationFile[];
  /** What looks like configuration and is not read, with the reason. */
  readonly passedOver: string[];
  /** What is in the place of a folder. */
  readonly problems: Problem[];
}

/** All files of a configuration folder; one of its two folders may be missing. */
export function filesIn(folder: string): FolderContent {
  const content: FolderContent = { files: [], passedOver: [], problems: [] };
  for (const kind of kinds) {
    const place = join(folder, kind);
    const there = whatIsThere(place);
    if (there === "a folder") readFolder(place, content);
    else if (there !== "missing") {
      content.problems.push({
        file: describe(place).file,
        path: "",
        given: there === "unreadable" ? "a folder that is not readable" : there,
        allowed: `a folder with one .yaml file for each of the ${kind}`,
        fix:
          there === "unreadable" ? "run: chmod u+rx, or ask its owner" : "rename it, and put the files into a folder",
      });
    }
  }
  return content;
}

function readFolder(place: string, { files, passedOver }: FolderContent): void {
  for (const name of readdirSync(place).sort()) {
    const path = join(place, name);
    const { file } = describe(path);
    if (isYaml(name)) files.push(describe(path));
    else if (name.startsWith(".")) continue;
    else if (whatIsThere(path) === "a folder") {
      const below = namesIn(path).filter((each) => /\.(ya?ml|json)$/i.test(each));
      if (below.length > 0) passedOver.push(`${file}/ (${below.join(", ")}): files are read from this folder alone`);
    } else if (/\.(ya?ml|json|toml)(\.txt)?$/i.test(name)) {
      passedOver.push(`${file}: configuration files end with .yaml or .yml`);
    }
  }
}

/** Names in a folder; none where it cannot be read. */
function namesIn(folder: string): string[] {
  return whatIsThere(folder) === "a folder" ? readdirSync(folder).sort() : [];
}

/** Files that a path or glob names; a path stands for itself, whether the file is there or not. */
export function filesNamed(pathOrGlob: string): ConfigurationFile[] {
  if (existsSync(pathOrGlob) || !/[*?[\]{}!()]/.test(pathOrGlob)) return [describe(pathOrGlob)];
  // Loaded only where it is needed.
  const { globSync }: typeof import("tinyglobby") = require("tinyglobby");
  return globSync(pathOrGlob, { absolute: true, expandDirectories: false })
    .filter((path) => isYaml(basename(path)))
    .sort()
    .map(describe);
}

/**
 * The file of the environment that a consumer's file names: beside the consumer's folder, else in the configuration folder.
 *
 * @returns undefined where there is none
 */
export function environmentFile(consumerFile: string, name: string, folder: string): ConfigurationFile | undefined {
  for (const place of environmentFolders(consumerFile, folder)) {
    for (const extension of [".yaml", ".yml"]) {
      const path = join(place, `${name}${extension}`);
      if (existsSync(path)) return describe(path);
    }
  }
  return undefined;
}

/** Names of the environments that a consumer's file could mean. */
export function environmentNames(consumerFile: string, folder: string): string[] {
  const names = environmentFolders(consumerFile, folder).flatMap((place) => namesIn(place).filter(isYaml));
  return [...new Set(names.map((name) => basename(name, extname(name))))].sort();
}

const environmentFolders = (consumerFile: string, folder: string) => [
  resolve(dirname(consumerFile), "..", "environments"),
  join(folder, "environments"),
];
