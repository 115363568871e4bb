import { imageAddress } from "./derive";
import type { Path } from "./problem";
import type { Environment } from "./schema";
import type { PullOptions } from "./schema/image";
import { taskOwners } from "./tasks";
import { workloads } from "./workloads";

/** An image of the file, and what it says about its pull. */
export interface ImagePull extends PullOptions {
  /** Where these options stand in the file. */
  readonly path: Path;
  /** Address as far as the file knows it; undefined for an image that is built here, or is the application's. */
  readonly address?: string;
}

/** The images of the application, of each workload, and of all sidecars. */
export const imagePulls = (environment: Environment): ImagePull[] => [
  ...[{ path: ["application"], options: environment.application }, ...workloads(environment)].map(
    ({ options: { image }, path }): ImagePull => ({ ...image, path: [...path, "image"], address: imageAddress(image) }),
  ),
  ...taskOwners(environment).flatMap(({ options, path }) =>
    Object.entries(options.sidecars).map(
      ([name, sidecar]): ImagePull => ({ ...sidecar, path: [...path, "sidecars", name], address: sidecar.image }),
    ),
  ),
];
