import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { STACK_JSON } from "../../synth/stacks";
import { emulatorOverride, OVERRIDE_FILE, stateReadBy } from "../lab/overrides";

/**
 * Before a `terraform init`: puts beside the stack's JSON what points it at the emulated AWS. Folders without a stack are
 * left as they are.
 *
 * Arguments: URL of the emulator, folder for states whose backend is not S3, then those of Terraform.
 */
const [endpoint = "", localStates = "", ...args] = process.argv.slice(2);
const changed = args.find((argument) => argument.startsWith("-chdir="))?.slice("-chdir=".length);
const directory = resolve(changed ?? ".");
const file = join(directory, STACK_JSON);
if (existsSync(file)) {
  const stackJson: unknown = JSON.parse(readFileSync(file, "utf8"));
  const stackId = directory.split("/").at(-1) ?? "";
  const override = emulatorOverride(stackJson, stackId, { endpoint, localStates }, stateReadBy);
  writeFileSync(join(directory, OVERRIDE_FILE), JSON.stringify(override, undefined, 2));
}
