import { emulatedOptions } from "../lab/clients";
import { type EmulatedProject, ENVIRONMENT } from "./emulated-project";

/** How the AWS SDK reaches the emulated AWS. */
export const clientOptions = ({ emulator }: Pick<EmulatedProject, "emulator">) =>
  emulatedOptions(emulator, ENVIRONMENT.region);
