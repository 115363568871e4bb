import type fc from "fast-check";
import type { Region } from "../../config/regions";
import type { EnvironmentInput } from "../../config/schema";
import { imagesOverNat } from "./images";
import { arnsOf, choice } from "./parts";

interface Surroundings {
  /** An image in ECR of the environment's Region. */
  readonly image: string;
  readonly account: string;
  readonly nat: boolean;
  readonly fargate: boolean;
  readonly region: Region;
}

type Sidecars = EnvironmentInput["application"]["sidecars"];

/** Containers beside a task's own; small enough for the smallest task. */
export const anySidecars = ({ account, fargate, image, nat, region }: Surroundings): fc.Arbitrary<Sidecars> =>
  choice<Sidecars>(
    undefined,
    ...imagesOverNat({ account, image, nat, region }).map(({ uri, ...options }) => ({
      outside: { image: uri, memoryMib: 12, ...options },
    })),
    {
      otel: {
        image,
        cpu: 32,
        memoryMib: 16,
        essential: false,
        startsBefore: ["app"],
        condition: "HEALTHY",
        healthCheckCommand: ["CMD", "/check"],
        environment: { LEVEL: "info" },
        secrets: { KEY: { parameter: "/key" } },
      },
    },
    {
      proxy: {
        image,
        memoryMib: 12,
        ports: [50],
        sharedFolders: ["/srv/shared"],
        user: "0",
        readOnlyRootFilesystem: false,
        command: ["serve"],
        entryPoint: ["/entry"],
        ulimits: { nofile: { soft: 10, hard: 20 }, nproc: fargate ? undefined : { soft: 1, hard: 2 } },
        secrets: {
          KEY: {
            secretsManager: arnsOf({ account, region })("secretsmanager", "secret:a-AbCdEf"),
            jsonKey: "key",
          },
        },
        stopTimeoutSeconds: 5,
      },
      logs: {
        image,
        memoryMib: 10,
        startsBefore: ["app", "proxy"],
        writableFolders: { "/tmp": 1 },
        logRouter: { type: "fluentbit", options: { Name: "stdout" } },
      },
    },
  );
