import { anEnvironment, fargate, ourImage, type RuleCases } from "./cases";

const image = ourImage.replace("/app", "/otel");
const sidecar = { image, memoryMib: 64 };
const beside = (sidecars: object) => ({ "application.sidecars": sidecars });
const one = (options: object) => beside({ one: { ...sidecar, ...options } });
const path = (...option: string[]) => ["application.sidecars", ...option].join(".");

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "sidecarsAreFewAndNamedApart",
    /task's own container|at most 9/,
    [
      ["one has the application's name", beside({ app: sidecar }), path("app")],
      [
        "there are ten",
        beside(Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`s${index}`, { image, memoryMib: 6 }]))),
        "application.sidecars",
      ],
    ],
    [["there is one", one({})]],
  ),
  anEnvironment(
    "sidecarsLeaveRoomForTheApplication",
    /less than application\.(cpu|memoryMib)/,
    [
      ["they take all memory", one({ memoryMib: 512 }), "application.sidecars"],
      ["they take all CPU", one({ cpu: 256 }), "application.sidecars"],
    ],
    [["they take a part", one({ cpu: 64 })]],
  ),
  anEnvironment(
    "sidecarsStartInOrder",
    /do not start before it themselves|HEALTHY only|SUCCESS only/,
    [
      ["a container is unknown", one({ startsBefore: ["two"] }), path("one", "startsBefore[0]")],
      ["it waits for itself", one({ startsBefore: ["one"] }), path("one", "startsBefore[0]")],
      [
        "two wait for each other",
        beside({ one: { ...sidecar, startsBefore: ["two"] }, two: { ...sidecar, startsBefore: ["one"] } }),
        path("two", "startsBefore[0]"),
      ],
      [
        "a job's sidecar waits for itself",
        { jobs: { nightly: { command: ["report"], sidecars: { one: { ...sidecar, startsBefore: ["one"] } } } } },
        "jobs.nightly.sidecars.one.startsBefore[0]",
      ],
      ["health is not checked", one({ startsBefore: ["app"], condition: "HEALTHY" }), path("one", "condition")],
      ["its end is the task's", one({ startsBefore: ["app"], condition: "SUCCESS" }), path("one", "condition")],
    ],
    [
      [
        "they start one after the other",
        beside({ one: { ...sidecar, startsBefore: ["two"] }, two: { ...sidecar, startsBefore: ["app"] } }),
      ],
      ["one ends first", one({ startsBefore: ["app"], condition: "SUCCESS", essential: false })],
    ],
  ),
  anEnvironment(
    "portsOfATaskAreUnique",
    /in the same task|a container and a port of it/,
    [
      ["a sidecar has the application's", one({ ports: [8080] }), path("one", "ports[0]")],
      [
        "requests go to a port that no container has",
        { ...one({ ports: [9000] }), "application.route": { to: { container: "one", port: 9001 } } },
        "application.route.to",
      ],
      [
        "requests go to another container's port",
        { ...one({ ports: [9000] }), "application.route": { to: { container: "app", port: 9000 } } },
        "application.route.to",
      ],
    ],
    [
      [
        "requests go to a sidecar",
        { ...one({ ports: [9000] }), "application.route": { to: { container: "one", port: 9000 } } },
      ],
    ],
  ),
  anEnvironment(
    "sidecarImagesAreReachableWithoutNat",
    /without NAT: an image in Amazon ECR/,
    [
      [
        "it is public",
        {
          "network.natGateways": "none",
          "application.image": { uri: ourImage },
          ...one({ image: "public.ecr.aws/x/y:1" }),
        },
        path("one", "image"),
      ],
    ],
    [
      ["it is in ECR", { "network.natGateways": "none", "application.image": { uri: ourImage }, ...one({}) }],
      ["there is NAT", one({ image: "public.ecr.aws/x/y:1" })],
    ],
  ),
  anEnvironment(
    "tasksHaveOneLogRouter",
    /one log router in a task/,
    [
      [
        "there are two",
        beside({
          one: { ...sidecar, logRouter: { type: "fluentbit" } },
          two: { ...sidecar, logRouter: { type: "fluentd" } },
        }),
        path("two", "logRouter"),
      ],
    ],
    [["there is one", { ...fargate, ...one({ logRouter: { type: "fluentbit" } }) }]],
  ),
  anEnvironment(
    "sidecarVariablesAreApart",
    /names that environment of the sidecar does not have/,
    [
      [
        "a variable is a secret also",
        one({ environment: { KEY: "x" }, secrets: { KEY: { parameter: "/key" } } }),
        path("one", "secrets", "KEY"),
      ],
    ],
    [["they differ", one({ environment: { KEY: "x" }, secrets: { TOKEN: { parameter: "/key" } } })]],
  ),
];
