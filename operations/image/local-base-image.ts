import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Build arguments of the sample application's Dockerfile. */
export type SampleBuildArguments = Readonly<Record<"BASE_IMAGE" | "BUILD_IMAGE" | "INSTALL", string>>;

export interface LocalBaseImagesProps {
  /** Project folder, with its npm dependencies installed. */
  readonly project: string;
  /** Scratch folder; recreated. */
  readonly folder: string;
  /** Environment of the Docker client, e.g. with `DOCKER_HOST`. */
  readonly env: NodeJS.ProcessEnv;
}

const BASE_IMAGE = "ecs-privatelink-local:base";
const BUILD_IMAGE = "ecs-privatelink-local:build";

/**
 * Makes base images from this machine's own Node.js and the npm dependencies that are installed, for an engine that
 * reaches neither a registry of images nor one of packages. With them the sample application's own Dockerfile runs
 * unchanged; only where its bases come from differs. Not for deployment.
 *
 * @returns the build arguments to give to that Dockerfile
 * @throws Error on another system than Linux, or with the words of the Docker client
 */
export async function makeLocalBaseImages(props: LocalBaseImagesProps): Promise<SampleBuildArguments> {
  const { env, folder, project } = props;
  if (process.platform !== "linux") throw new Error(`Node.js for ${process.platform} doesn't run in a Linux container`);
  rmSync(folder, { recursive: true, force: true });
  try {
    await copyProgram(process.execPath, folder, "/usr/bin/node");
    await importImage(BASE_IMAGE, ["-C", folder, "."], env);
    // RUN instructions need a shell; the image that runs has none.
    await copyProgram("/bin/sh", folder, "/bin/sh");
    await importImage(BUILD_IMAGE, ["-C", folder, ".", ...dependencies(project)], env);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { BASE_IMAGE, BUILD_IMAGE, INSTALL: "true" };
}

/** Copies a program to a path below a root, and the shared libraries that the loader would give it, each to its own. */
async function copyProgram(program: string, root: string, path: string): Promise<void> {
  const { stdout } = await run("ldd", [program]);
  // "libm.so.6 => /lib/libm.so.6 (0x…)" and, for the loader itself, "/lib64/ld-linux-x86-64.so.2 (0x…)"
  const libraries = [...stdout.matchAll(/(?:=>\s+|^\s+)(\/\S+)/gm)].map(([, library = ""]) => library);
  for (const [source, target] of [[program, path], ...libraries.map((library) => [library, library])]) {
    const copy = join(root, target ?? "");
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(realpathSync(source ?? ""), copy);
  }
}

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * Finds what a workspace needs, with what that needs in turn, where Node.js would find it.
 * Source: https://docs.npmjs.com/cli/configuring-npm/package-lock-json#packages
 *
 * @param packages of a package-lock.json
 * @param workspace its path
 * @returns paths of package folders, relative to the project
 */
export function dependenciesOf(packages: Readonly<Record<string, LockedPackage>>, workspace: string): Set<string> {
  const found = new Set<string>();
  const visit = (path: string) => {
    const { dependencies, devDependencies, optionalDependencies } = packages[path] ?? {};
    const names = Object.keys({ ...dependencies, ...optionalDependencies, ...(path === workspace && devDependencies) });
    for (const name of names) {
      const dependency = candidates(path, name).find((candidate) => candidate in packages);
      if (dependency === undefined || found.has(dependency)) continue;
      found.add(dependency);
      visit(dependency);
    }
  };
  visit(workspace);
  return found;
}

/** Where a package looks for another: in its own node_modules, then in that of each folder above. */
function candidates(path: string, name: string): string[] {
  const folders = path.split("/");
  return folders
    .map((_, up) => folders.slice(0, folders.length - up))
    .concat([[]])
    .filter((above) => above.at(-1) !== "node_modules")
    .map((above) => [...above, "node_modules", name].join("/"));
}

/**
 * Lists the installed packages that the sample application needs, as arguments of tar: they are packed from where they
 * are, since copying thousands of files takes long.
 */
function dependencies(project: string): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8"));
  const paths = [...dependenciesOf(packages, "container")].filter((path) => existsSync(join(project, path)));
  return paths
    .filter((path) => !paths.some((other) => path.startsWith(`${other}/`)))
    .flatMap((path) => {
      const folder = path.slice(0, path.indexOf("node_modules"));
      return ["-C", join(project, folder), path.slice(folder.length)];
    });
}

/** Makes an image of what tar packs. Sending that as a build context would take ten times as long. */
async function importImage(image: string, packed: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const docker = spawn("docker", ["import", "--change", "ENV PATH=/usr/bin:/bin", "-", image], {
    env,
    stdio: ["pipe", "ignore", "pipe"],
  });
  const tar = spawn("tar", ["-c", ...packed], { stdio: ["ignore", docker.stdin, "inherit"] });
  docker.stdin.destroy();
  const said = text(docker.stderr);
  const [[dockerCode], [tarCode]] = await Promise.all([once(docker, "close"), once(tar, "close")]);
  if (dockerCode !== 0 || tarCode !== 0) throw new Error(`docker import ${image} failed: ${(await said).trim()}`);
}
