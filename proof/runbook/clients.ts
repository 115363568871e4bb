import { type EmulatedProject, ENVIRONMENT } from "./emulated-project";

/** How the AWS SDK reaches the emulated AWS. */
export function clientOptions({ emulator }: Pick<EmulatedProject, "emulator">) {
  const credentials = { accessKeyId: "rehearsal-look", secretAccessKey: "rehearsal" };
  return { endpoint: emulator.endpoint, region: ENVIRONMENT.region, credentials, forcePathStyle: true };
}
