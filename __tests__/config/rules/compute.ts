import { anEnvironment, certificate, fargate, ourImage, type RuleCases } from "./cases";

const parameter = { name: "/prod/app/image", repository: "example.com/app" };

const job = (options: object) => ({ jobs: { nightly: { command: ["report"], ...options } } });
/** Instances beside an application on Fargate. */
const kept = { "compute.fargate.keepInstances": true };

const x86 = (instanceType: string) => ({
  "compute.cpuArchitecture": "X86_64",
  "compute.ec2.instanceType": instanceType,
});

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "imageHasOneOrigin",
    /exactly one of build, uri and parameter/,
    [
      ["there is none", { "application.image": {} }, "application.image"],
      ["there are two", { "application.image": { build: {}, uri: ourImage } }, "application.image"],
      ["there is a third", { "application.image": { uri: ourImage, parameter } }, "application.image"],
    ],
    [
      ["it is built", { "application.image": { build: {} } }],
      ["a pipeline writes it", { "application.image": { parameter } }],
    ],
  ),
  anEnvironment(
    "pipelinesBringTheirOwnImage",
    /terraform, which builds/,
    [["Terraform builds it", { "application.image": { build: {}, ownedBy: "pipeline" } }, "application.image.ownedBy"]],
    [
      ["it exists", { "application.image": { uri: ourImage, ownedBy: "pipeline" } }],
      ["a pipeline writes it", { "application.image": { parameter, ownedBy: "pipeline" } }],
    ],
  ),
  anEnvironment(
    "taskLimitsAreInOrder",
    /at most maximumTasks/,
    [["the lower one is above", { "application.minimumTasks": 7 }, "application.minimumTasks"]],
    [["they are equal", { "application.minimumTasks": 6 }]],
  ),
  anEnvironment(
    "instanceLimitsAreInOrder",
    /at most maximumInstances/,
    [["the lower one is above", { "compute.ec2.minimumInstances": 7 }, "compute.ec2.minimumInstances"]],
    [["they are equal", { "compute.ec2.minimumInstances": 6 }]],
  ),
  anEnvironment(
    "fargateRunsTasksOfThisSize",
    /with launchType FARGATE/,
    [
      ["CPU is no Fargate size", { ...fargate, "application.cpu": 300 }, "application.cpu"],
      ["memory is too small for the CPU", { ...fargate, "application.cpu": 1024 }, "application.memoryMib"],
      ["memory is too large for the CPU", { ...fargate, "application.memoryMib": 3072 }, "application.memoryMib"],
      ["memory lies between two sizes", { ...fargate, "application.memoryMib": 1536 }, "application.memoryMib"],
      [
        "memory of 8 vCPU is in no step of 4 GiB",
        { ...fargate, "application.cpu": 8192, "application.memoryMib": 17408 },
        "application.memoryMib",
      ],
      [
        "memory of 32 vCPU is none of three sizes",
        { ...fargate, "application.cpu": 32768, "application.memoryMib": 131072 },
        "application.memoryMib",
      ],
      ["a workload on Fargate has an odd size", job({ launchType: "FARGATE", cpu: 300 }), "jobs.nightly.cpu"],
    ],
    [
      ["it is the smallest task", { ...fargate, "application.cpu": 256, "application.memoryMib": 512 }],
      ["it is 8 vCPU with 20 GiB", { ...fargate, "application.cpu": 8192, "application.memoryMib": 20480 }],
      ["it is the largest task", { ...fargate, "application.cpu": 32768, "application.memoryMib": 249856 }],
      ["it has 16 vCPUs", { ...fargate, "application.cpu": 16384, "application.memoryMib": 122880 }],
      [
        "instances run a larger one",
        {
          "compute.ec2": { instanceType: "r7g.16xlarge", maximumInstances: 20 },
          "application.cpu": 65536,
          "application.memoryMib": 500000,
        },
      ],
      ["EC2 runs an odd size", { "application.cpu": 300, "application.memoryMib": 700 }],
      ["a workload on EC2 has an odd size", { ...fargate, ...kept, ...job({ launchType: "EC2", cpu: 300 }) }],
    ],
  ),
  anEnvironment(
    "instancesHoldTheTasks",
    /the share of a task on a t4g\.\w+|for this many tasks/,
    [
      ["a task needs more CPU than an instance has", { "application.cpu": 4096 }, "application.cpu"],
      ["a task needs all memory of an instance", { "application.memoryMib": 4096 }, "application.memoryMib"],
      [
        "the instances have too few network interfaces",
        { "application.maximumTasks": 13 },
        "compute.ec2.maximumInstances",
      ],
      [
        "the tasks fill all instances, so that no deployment can start",
        { "application.maximumTasks": 12 },
        "compute.ec2.maximumInstances",
      ],
      [
        "a deployment fits, but no data load",
        { "application.maximumTasks": 4, "compute.ec2.maximumInstances": 2, "application.memoryMib": 1024 },
        "compute.ec2.maximumInstances",
      ],
      [
        "a small instance has less memory than its name says",
        {
          "compute.ec2.instanceType": "t4g.nano",
          "compute.ec2.maximumInstances": 10,
          "application.memoryMib": 448,
        },
        "application.memoryMib",
      ],
      [
        "the instances have too little memory",
        { "application.memoryMib": 2048, "application.maximumTasks": 7 },
        "compute.ec2.maximumInstances",
      ],
      [
        "a job on EC2 is larger than an instance, beside the application on Fargate",
        { ...fargate, ...kept, ...job({ launchType: "EC2", cpu: 4096 }) },
        "jobs.nightly.cpu",
      ],
      [
        "the workloads on EC2 are too many, beside the application on Fargate",
        {
          ...fargate,
          ...kept,
          "compute.ec2.maximumInstances": 2,
          workers: {
            orders: { launchType: "EC2", cpu: 1024, queue: { create: {} }, scale: { secondsPerMessage: 1, to: 4 } },
          },
        },
        "compute.ec2.maximumInstances",
      ],
    ],
    [
      ["a deployment and the data load still fit", { "application.maximumTasks": 8 }],
      ["what does not fit runs on Fargate", job({ launchType: "FARGATE", cpu: 4096, memoryMib: 8192 })],
      [
        "the application, which does not fit, runs on Fargate beside a job on EC2",
        { ...fargate, ...kept, ...job({ launchType: "EC2" }), "application.cpu": 4096, "application.memoryMib": 8192 },
      ],
      [
        "the size of the type is not known",
        { "compute.ec2.instanceType": "x2gd.medium", "application.maximumTasks": 13 },
      ],
    ],
  ),
  anEnvironment(
    "instancesHaveTheArchitecture",
    /a type of compute.cpuArchitecture/,
    [
      ["ARM64 tasks meet x86 instances", { "compute.ec2.instanceType": "m7i.large" }, "compute.ec2.instanceType"],
      ["x86 tasks meet Graviton", { "compute.cpuArchitecture": "X86_64" }, "compute.ec2.instanceType"],
    ],
    [
      ["both are x86", { "compute.cpuArchitecture": "X86_64", "compute.ec2.instanceType": "m7i-flex.large" }],
      ["both are Graviton", { "compute.ec2.instanceType": "c7gn.large" }],
    ],
  ),
  anEnvironment(
    "instancesStartTheAmi",
    /types that run Amazon Linux 2023/,
    [
      ["they are the first Graviton", { "compute.ec2.instanceType": "a1.2xlarge" }, "compute.ec2.instanceType"],
      [
        "they take paravirtual AMIs alone",
        { "compute.cpuArchitecture": "X86_64", "compute.ec2.instanceType": "m1.large" },
        "compute.ec2.instanceType",
      ],
    ],
    [
      ["they are Graviton2", { "compute.ec2.instanceType": "m6g.large" }],
      ["there are none", { ...fargate, "compute.ec2": undefined }],
    ],
  ),
  anEnvironment(
    "instanceTypeExists",
    /sizes that the family has/,
    [
      ["a burstable family ends before", { "compute.ec2.instanceType": "t4g.4xlarge" }, "compute.ec2.instanceType"],
      ["a family begins with large", { ...x86("m7i.medium") }, "compute.ec2.instanceType"],
      ["a family has no small size", { "compute.ec2.instanceType": "c7g.small" }, "compute.ec2.instanceType"],
    ],
    [
      ["Graviton has a medium size", { "compute.ec2.instanceType": "x2gd.medium", "application.maximumTasks": 2 }],
      ["it is metal", { ...x86("m5.metal") }],
    ],
  ),
  anEnvironment(
    "listenerPortsAreUnique",
    /a port that no other listener has/,
    [
      [
        "two ALB listeners have one port",
        { "compute.loadBalancer.listeners": [{ port: 80 }, { port: 80 }] },
        "compute.loadBalancer.listeners[1].port",
      ],
      [
        "two NLB listeners have one port",
        {
          "privatelink.listeners": [
            { port: 443, albListenerPort: 80 },
            { port: 443, albListenerPort: 80 },
          ],
        },
        "privatelink.listeners[1].port",
      ],
    ],
    [
      [
        "two NLB listeners lead to one port",
        { "privatelink.listeners": [{ port: 80 }, { port: 8080, albListenerPort: 80 }] },
      ],
    ],
  ),
  anEnvironment(
    "certificatesAreTheEnvironmentsOwn",
    /a certificate in eu-central-1/,
    [
      [
        "the ALB's is of another Region",
        { "compute.loadBalancer.listeners": [{ port: 443, certificateArn: certificate("us-east-1") }] },
        "compute.loadBalancer.listeners[0].certificateArn",
      ],
      [
        "the NLB's is of another account",
        { "privatelink.listeners": [{ port: 80, certificateArn: certificate("eu-central-1", "999999999999") }] },
        "privatelink.listeners[0].certificateArn",
      ],
      [
        "one is of another partition",
        {
          "privatelink.listeners": [
            { port: 80, certificateArn: certificate("eu-central-1", "111122223333", "aws-cn") },
          ],
        },
        "privatelink.listeners[0].certificateArn",
      ],
    ],
    [
      [
        "it is in the same Region and account",
        { "compute.loadBalancer.listeners": [{ port: 443, certificateArn: certificate("eu-central-1") }] },
      ],
    ],
  ),
];
