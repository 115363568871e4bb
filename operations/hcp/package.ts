import { packFolder } from "../../engine/pack";

/** What a rehearsal or a run on this machine leaves in a stack directory, and no remote run may see. */
const LOCAL = /^(\.terraform|\.build|.*\.tfplan|.*\.tfstate(\..*)?|.*_override\.tf\.json|metadata\.json)$/;

/** Packs a stack directory for upload: its JSON, its assets and, if there is one, the lock file of its providers. */
export const packStack = (directory: string): Uint8Array<ArrayBuffer> =>
  packFolder(directory, (name) => LOCAL.test(name));
