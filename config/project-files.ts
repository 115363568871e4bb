import { accessSync, constants, lstatSync, readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";

/** What the operating system says about a path, in words that follow it: `README.md, which is a file`. */
export function whatIsThere(path: string): "a file" | "a folder" | "missing" | "unreadable" | "something else" {
  let stats: Stats;
  try {
    stats = statSync(path);
    accessSync(path, stats.isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A file where a folder is named on the way to it, and a link that leads nowhere or in circles.
    return code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP" || code === "ENAMETOOLONG"
      ? "missing"
      : "unreadable";
  }
  if (stats.isFile()) return "a file";
  return stats.isDirectory() ? "a folder" : "something else";
}

/** A file below a folder. */
export interface FileBelow {
  /** Path from the folder, with `/`. */
  readonly key: string;
  readonly path: string;
}

/** Something below a folder that cannot be used, in words: `img/logo.svg is a link`. */
export interface Unusable {
  readonly what: string;
  readonly fix: string;
}

/** All files below a folder in the order of their keys, and what else is there. */
export function filesBelow(folder: string): { readonly files: FileBelow[]; readonly unusable: Unusable[] } {
  const files: FileBelow[] = [];
  const unusable: Unusable[] = [];
  const walk = (parent: string) => {
    for (const name of readdirSync(join(folder, parent))) {
      const key = parent === "" ? name : `${parent}/${name}`;
      const path = join(folder, key);
      if (key !== key.normalize("NFC") || /[\p{Cs}\uFFFD]/u.test(key)) {
        unusable.push({
          what: `the name of ${key} is not UTF-8 in normalization form C`,
          fix: "rename it: Terraform would look for another name than the file has",
        });
        continue;
      }
      const there = whatIsThere(path);
      if (lstatSync(path).isSymbolicLink()) {
        unusable.push({ what: `${key} is a link`, fix: "put a copy of the file in its place, or remove the link" });
      } else if (there === "unreadable") {
        unusable.push({ what: `${key} is not readable`, fix: "make it readable: chmod u+rX" });
      } else if (Buffer.byteLength(key) > longestKey) {
        unusable.push({ what: `${key.slice(0, 60)}… is a path of more than ${longestKey} bytes`, fix: "shorten it" });
      } else if (there === "a folder") walk(key);
      else if (there === "a file") files.push({ key, path });
      else unusable.push({ what: `${key} is neither a file nor a folder`, fix: "remove it" });
    }
  };
  walk("");
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), unusable };
}

/** Bytes of an S3 object key. Source: Amazon S3 User Guide, "Naming Amazon S3 objects". */
const longestKey = 1024;
