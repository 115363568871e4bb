import { anEnvironment, fargate, type RuleCases, reason } from "./cases";

const job = (options: object) => ({ jobs: { nightly: { command: ["report"], ...options } } });
const at = (option: string) => `jobs.nightly.${option}`;

const queueArn = "arn:aws:sqs:eu-central-1:111122223333:orders";
const worker = (options: object) => ({
  "compute.ec2.maximumInstances": 20,
  workers: { orders: { queue: { create: {} }, scale: { secondsPerMessage: 1 }, ...options } },
});
const of = (option: string) => `workers.orders.${option}`;

const reports = { healthCheckPath: "/r", expose: { priority: 1, pathPatterns: ["/r"] } };
const service = (options: object) => ({
  "compute.ec2.maximumInstances": 20,
  services: { reports: { ...reports, ...options } },
});
const ofService = (option: string) => `services.reports.${option}`;
const twoServices = (first: number, second: number) => ({
  "compute.ec2.maximumInstances": 20,
  services: Object.fromEntries(
    Object.entries({ first, second }).map(([name, priority]) => [
      name,
      { ...reports, maximumTasks: 2, expose: { priority, pathPatterns: ["/r"] } },
    ]),
  ),
});

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "workloadImagesHaveOneOrigin",
    /exactly one of sameAs, uri and parameter/,
    [
      ["there is none", job({ image: {} }), at("image")],
      ["there are two", job({ image: { sameAs: "application", uri: "example.com/job:1" } }), at("image")],
    ],
    [
      ["it is the application's", job({})],
      ["it is another one", job({ image: { uri: "example.com/job:1" } })],
    ],
  ),
  anEnvironment(
    "workloadsHaveTheirCapacity",
    /FARGATE, where the cluster has no instances/,
    [
      ["a job", { ...fargate, ...job({ launchType: "EC2" }) }, at("launchType")],
      ["a worker", { ...fargate, ...worker({ launchType: "EC2" }) }, of("launchType")],
      ["a service", { ...fargate, ...service({ launchType: "EC2" }) }, ofService("launchType")],
    ],
    [
      ["there are instances", job({ launchType: "EC2" })],
      ["instances are kept", { ...fargate, "compute.fargate.keepInstances": true, ...job({ launchType: "EC2" }) }],
      ["on Fargate nothing else is needed", job({ launchType: "FARGATE", cpu: 256, memoryMib: 512 })],
    ],
  ),
  anEnvironment(
    "queuesHaveOneOrigin",
    /exactly one of create and arn/,
    [
      ["there is none", worker({ queue: {} }), of("queue")],
      ["there are two", worker({ queue: { create: {}, arn: queueArn } }), of("queue")],
    ],
    [
      ["it is created", worker({})],
      ["it exists", worker({ queue: { arn: queueArn } })],
    ],
  ),
  anEnvironment(
    "existingQueuesAreTheEnvironments",
    /one in eu-central-1/,
    [
      ["it is elsewhere", worker({ queue: { arn: queueArn.replace("eu-central-1", "eu-west-1") } }), of("queue.arn")],
      ["it is another account's", worker({ queue: { arn: queueArn.replace("1111", "4444") } }), of("queue.arn")],
    ],
    [["it is of the environment's account and Region", worker({ queue: { arn: queueArn } })]],
  ),
  anEnvironment(
    "messagesStayHiddenWhileWorkedOn",
    /still worked on/,
    [
      [
        "a message takes longer",
        worker({ queue: { create: { visibilitySeconds: 100 } }, scale: { secondsPerMessage: 100 } }),
        of("queue.create.visibilitySeconds"),
      ],
      [
        "the end of a task takes longer",
        worker({ queue: { create: { visibilitySeconds: 60 } }, stopTimeoutSeconds: 60 }),
        of("queue.create.visibilitySeconds"),
      ],
    ],
    [["it is longer than both", worker({ queue: { create: { visibilitySeconds: 61 } }, stopTimeoutSeconds: 60 })]],
  ),
  anEnvironment(
    "workerLimitsAreInOrder",
    /at most scale\.to/,
    [["the lower one is above", worker({ scale: { from: 3, to: 2, secondsPerMessage: 1 } }), of("scale.from")]],
    [["they are equal", worker({ scale: { from: 2, to: 2, secondsPerMessage: 1 } })]],
  ),
  anEnvironment(
    "latencyCanBeKept",
    /the seconds (that one message takes|until the first task runs)/,
    [
      [
        "a single message takes longer",
        worker({ scale: { secondsPerMessage: 30, acceptableLatencySeconds: 20 } }),
        of("scale.acceptableLatencySeconds"),
      ],
      [
        "the first task has to start",
        worker({ scale: { from: 0, secondsPerMessage: 1, acceptableLatencySeconds: 60 } }),
        of("scale.acceptableLatencySeconds"),
      ],
    ],
    [["a task always runs", worker({ scale: { secondsPerMessage: 1, acceptableLatencySeconds: 60 } })]],
  ),
  anEnvironment(
    "sendersAreKnown",
    /^application/,
    [["there is no such job", worker({ queue: { create: { senders: ["daily"] } } }), of("queue.create.senders[0]")]],
    [["nothing of the file sends", worker({ queue: { create: { senders: [] } } })]],
  ),
  anEnvironment(
    "servicesAreChosenByConditions",
    /1 to 5 paths and host names/,
    [
      ["there is none", service({ expose: { priority: 1 } }), ofService("expose")],
      [
        "there are six",
        service({ expose: { priority: 1, pathPatterns: ["/1", "/2", "/3", "/4"], hostNames: ["a.b", "c.d"] } }),
        ofService("expose"),
      ],
    ],
    [["there is a host", service({ expose: { priority: 1, hostNames: ["reports.example.com"] } })]],
  ),
  anEnvironment(
    "conditionsHaveFewWildcards",
    /at most 5 of \* and \? in all/,
    [
      [
        "paths have six",
        service({ expose: { priority: 1, pathPatterns: ["/a/*/b/*/c/*/*", "/?/*"] } }),
        ofService("expose"),
      ],
      [
        "paths and hosts have six",
        service({ expose: { priority: 1, pathPatterns: ["/*/*/*"], hostNames: ["*.*.?.example.com"] } }),
        ofService("expose"),
      ],
    ],
    [
      ["there are five", service({ expose: { priority: 1, pathPatterns: ["/a/*/b/*/c/*", "/?/*"] } })],
      [
        "the account has a larger quota",
        {
          ...service({ expose: { priority: 1, pathPatterns: ["/a/*/b/*/c/*", "/?/*/*"] } }),
          "acknowledge.raisedQuota": reason,
        },
      ],
    ],
  ),
  anEnvironment(
    "theApplicationGetsTheRest",
    /leave some to the application/,
    [
      [
        "every path fits",
        service({ expose: { priority: 1, pathPatterns: ["/*"] } }),
        ofService("expose.pathPatterns[0]"),
      ],
    ],
    [["it is every path of a host", service({ expose: { priority: 1, pathPatterns: ["/*"], hostNames: ["a.b"] } })]],
  ),
  anEnvironment(
    "prioritiesAreUnique",
    /a priority that no other service has/,
    [["two have the same", twoServices(20, 20), "services.second.expose.priority"]],
    [["they differ", twoServices(20, 30)]],
  ),
  anEnvironment(
    "servicesAreBehindListeners",
    /ports of compute\.loadBalancer\.listeners/,
    [
      [
        "there is no such listener",
        service({ expose: { priority: 1, pathPatterns: ["/r"], listenerPorts: [8443] } }),
        ofService("expose.listenerPorts[0]"),
      ],
    ],
    [["there is one", service({ expose: { priority: 1, pathPatterns: ["/r"], listenerPorts: [80] } })]],
  ),
  anEnvironment(
    "serviceLimitsAreInOrder",
    /at most maximumTasks/,
    [["the lower one is above", service({ minimumTasks: 3, maximumTasks: 2 }), ofService("minimumTasks")]],
    [["they are equal", service({ minimumTasks: 2, maximumTasks: 2 })]],
  ),
];
