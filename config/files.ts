import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { projectPath } from "./project";

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

/** All files of a configuration folder, by name; one of its two folders may be missing. */
export function filesIn(folder: string): ConfigurationFile[] {
  return kinds.flatMap((kind) => {
    const place = join(folder, kind);
    if (!existsSync(place)) return [];
    return readdirSync(place)
      .filter(isYaml)
      .sort()
      .map((name) => describe(join(place, name)));
  });
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
  const names = environmentFolders(consumerFile, folder)
    .filter((place) => existsSync(place))
    .flatMap((place) => readdirSync(place).filter(isYaml));
  return [...new Set(names.map((name) => basename(name, extname(name))))].sort();
}

const environmentFolders = (consumerFile: string, folder: string) => [
  resolve(dirname(consumerFile), "..", "environments"),
  join(folder, "environments"),
];
