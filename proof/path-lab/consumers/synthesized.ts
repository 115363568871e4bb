import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keys } from "../../../paths/model/references";
import { type Block, type Resource, resources, type Stacks } from "../../../paths/model/stacks";

/** How the ALB treats certificates of clients, with the files that it verifies them by. */
export type ClientCertificates =
  | { readonly mode: "off" | "passthrough" }
  | { readonly mode: "verify"; readonly caFile: string; readonly revocationFile?: string };

/**
 * Client certificates as the JSON has them: the listener's mode, and of its trust store the very files that Terraform would upload.
 *
 * @param directories of the stacks, by id
 * @param folder for the revocation lists, joined into one file
 */
export function clientCertificates(
  stacks: Stacks,
  directories: ReadonlyMap<string, string>,
  folder: string,
): ClientCertificates {
  const listener = resources(stacks, "aws_lb_listener").find(({ block }) => block.mutual_authentication);
  const wanted = listener?.block.mutual_authentication as Block | undefined;
  if (!listener || !wanted) return { mode: "off" };
  const mode = String(wanted.mode);
  if (mode === "off" || mode === "passthrough") return { mode };
  const [key] = keys(stacks, listener.origin.stack, wanted.trust_store_arn);
  const store = resources(stacks, "aws_lb_trust_store").find((one) => one.key === key);
  if (!store) throw new Error(`no trust store ${key}`);
  const stored = (of: Resource, prefix: string) =>
    fileOf(stacks, directories, of.block[`${prefix}_s3_bucket`], of.block[`${prefix}_s3_key`]);
  const lists = resources(stacks, "aws_lb_trust_store_revocation").filter(({ block, origin }) =>
    keys(stacks, origin.stack, block.trust_store_arn).includes(store.key),
  );
  const caFile = stored(store, "ca_certificates_bundle");
  if (lists.length === 0) return { mode: "verify", caFile };
  const revocationFile = join(folder, "revocation-lists.pem");
  writeFileSync(revocationFile, lists.map((list) => readFileSync(stored(list, "revocations"), "utf8")).join(""));
  return { mode: "verify", caFile, revocationFile };
}

/** File that Terraform uploads as an object of S3. */
function fileOf(stacks: Stacks, directories: ReadonlyMap<string, string>, bucket: unknown, key: unknown): string {
  const object = resources(stacks, "aws_s3_object").find(({ block }) => block.bucket === bucket && block.key === key);
  const directory = directories.get(object?.origin.stack ?? "");
  if (!object || !directory) throw new Error(`no object ${key} in ${bucket}`);
  return String(object.block.source).replace(/^\$\{path\.module\}/, directory);
}

/** Variables that the task definition of the application gives to its container, as far as they are literal. */
export function taskVariables(stacks: Stacks): Record<string, string> {
  const task = resources(stacks, "aws_ecs_task_definition").find(({ key }) => key.includes("application-task"));
  const found = String(task?.block.container_definitions).matchAll(/\{"name" = "(\w+)", "value" = "([^"]*)"\}/g);
  return Object.fromEntries([...found].map(([, name = "", value = ""]) => [name, value]));
}
