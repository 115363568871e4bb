import { join, resolve } from "node:path";

/** Absolute path of the project folder. Never goes into Terraform JSON. */
const projectFolder = resolve(__dirname, "..");

/** Absolute path of a file or folder of this project. */
export const projectPath = (...parts: string[]): string => join(projectFolder, ...parts);
