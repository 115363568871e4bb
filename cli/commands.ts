import type { Command } from "commander";

/** A command of the program: how it is called, what it is for, and where its code is. */
export interface Entry {
  /** One word, or two where commands share the first. */
  readonly name: string;
  /** Line of the list of commands. */
  readonly summary: string;
  /** Loads the code of this command alone: the others would cost every start a second. */
  load(): Promise<Command>;
}

export interface Chapter {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** Every command, in the chapters of `help`. */
export const chapters: readonly Chapter[] = [
  {
    title: "Try and check (no AWS account)",
    entries: [
      {
        name: "rehearse",
        summary: "Apply every stack of an environment to an emulated AWS, verify, destroy (npm start)",
        load: async () => (await import("../proof/rehearse/main")).command,
      },
      {
        name: "doctor",
        summary: "What this machine and the account have, what is missing, and how to get it",
        load: async () => (await import("../operations/doctor/main")).command,
      },
      {
        name: "test",
        summary: "Type-check, lint, dead code, tests (npm test)",
        load: async () => (await import("../upkeep/test")).command,
      },
    ],
  },
  {
    title: "Configure",
    entries: [
      {
        name: "new environment",
        summary: "Ask a few questions, write a commented and valid environment file",
        load: async () => (await import("../operations/new-configuration/main")).environmentCommand,
      },
      {
        name: "new consumer",
        summary: "The same for a consumer",
        load: async () => (await import("../operations/new-configuration/main")).consumerCommand,
      },
      {
        name: "synth",
        summary: "Write Terraform JSON to cdktf.out/, without the cdktf command line",
        load: async () => (await import("../operations/synth/main")).command,
      },
    ],
  },
  {
    title: "Deploy and operate",
    entries: [
      {
        name: "bootstrap",
        summary: "Once: create the state bucket and move its own state into it",
        load: async () => (await import("../operations/bootstrap/main")).command,
      },
      {
        name: "deploy",
        summary: "Plan every stack, ask once, apply in order of dependency",
        load: async () => (await import("../operations/deploy/main")).command,
      },
      {
        name: "accept",
        summary: "Deploy, verify, change the image, destroy: an acceptance in an account, compared with the rehearsal",
        load: async () => (await import("../proof/accept/main")).command,
      },
      {
        name: "check-image",
        summary: "Docker engine and login to ECR, before an image is built",
        load: async () => (await import("../operations/image/main")).command,
      },
      {
        name: "load-data",
        summary: "Migrate the database and load seed data, as a task of the cluster",
        load: async () => (await import("../operations/one-off-tasks/load-data")).command,
      },
      {
        name: "job",
        summary: "Run a job of the environment now, as a task of the cluster",
        load: async () => (await import("../operations/one-off-tasks/job")).command,
      },
      {
        name: "network-snapshot",
        summary: "Read an existing VPC into a file, with which paths are proven (read-only)",
        load: async () => (await import("../operations/network-snapshot/main")).command,
      },
      {
        name: "verify",
        summary: "Check the pattern item by item (read-only)",
        load: async () => (await import("../operations/verify/main")).command,
      },
      {
        name: "status",
        summary: "Service, tasks, targets per zone, connections and firing alarms on one screen (read-only)",
        load: async () => (await import("../operations/status/main")).command,
      },
      {
        name: "logs",
        summary: "Logs of the tasks, the sync Lambda, the load balancer or the data load (read-only)",
        load: async () => (await import("../operations/logs/main")).command,
      },
      {
        name: "drift",
        summary: "Compare the account with the configuration (read-only)",
        load: async () => (await import("../operations/drift/main")).command,
      },
      {
        name: "observe-alb",
        summary:
          "Record an ALB's interfaces, DNS and target health, and say how soon they follow each other (read-only)",
        load: async () => (await import("../operations/observe-alb/main")).command,
      },
      {
        name: "teardown",
        summary: "Destroy the whole environment, last stack first; asks once",
        load: async () => (await import("../operations/teardown/main")).command,
      },
    ],
  },
  {
    title: "Consumers",
    entries: [
      {
        name: "connections",
        summary: "Endpoint connections: list, accept, reject",
        load: async () => (await import("../operations/consumers/main")).command,
      },
      {
        name: "invite",
        summary: "Everything that a consumer needs, ready to paste",
        load: async () => (await import("../operations/consumers/invite")).command,
      },
      {
        name: "export-consumer",
        summary: "Write the endpoint as a plain Terraform module",
        load: async () => (await import("../operations/consumers/export/main")).command,
      },
    ],
  },
  {
    title: "Pipelines and HCP Terraform",
    entries: [
      {
        name: "deploy-roles",
        summary: "Write the roles of a pipeline: one plans, one applies",
        load: async () => (await import("../operations/deploy-roles/main")).command,
      },
      {
        name: "hcp workspaces",
        summary: "Write the workspaces of an environment",
        load: async () => (await import("../operations/hcp/workspaces/main")).command,
      },
      {
        name: "hcp run",
        summary: "Run every stack in its workspace, in order of dependency",
        load: async () => (await import("../operations/hcp/main")).command,
      },
      {
        name: "package",
        summary: "Terraform JSON as an archive, for people without Node.js",
        load: async () => (await import("../operations/package/main")).command,
      },
      {
        name: "build-lambda",
        summary: "Bundle and package the sync Lambda",
        load: async () => (await import("../operations/build-lambda/main")).command,
      },
    ],
  },
  {
    title: "Inspect and prove",
    entries: [
      {
        name: "report",
        summary: "One page: architecture, paths, rules, rehearsal, cost",
        load: async () => (await import("../proof/report/main")).command,
      },
      {
        name: "paths",
        summary: "Packet paths that the stacks open and close, without an account",
        load: async () => (await import("../proof/paths/main")).command,
      },
      {
        name: "path-lab",
        summary: "The same paths with real packets (root on Linux)",
        load: async () => (await import("../proof/path-lab/main")).command,
      },
      {
        name: "rehearse-runbook",
        summary: "Do the steps of docs/runbook.md in an emulated AWS",
        load: async () => (await import("../proof/runbook/main")).command,
      },
      {
        name: "faults",
        summary: "Inject failures: killed runs, stale locks, API errors",
        load: async () => (await import("../proof/faults/main")).command,
      },
      {
        name: "validate-random",
        summary: "Random valid configurations, all validated by real Terraform",
        load: async () => (await import("../proof/validate-random/main")).command,
      },
      {
        name: "bench-sync",
        summary: "Simulate the sync Lambda and compare it with the public reference",
        load: async () => (await import("../proof/bench-sync/main")).command,
      },
      {
        name: "soak-sync",
        summary: "The sync Lambda through many random steps",
        load: async () => (await import("../proof/bench-sync/soak")).command,
      },
      {
        name: "bench",
        summary: "Seconds, processor time and memory of a synth, up to 1,000 consumers (--aws-cdk, --all)",
        load: async () => (await import("../proof/bench/main")).command,
      },
    ],
  },
  {
    title: "Work on the project",
    entries: [
      {
        name: "watch",
        summary: "Synthesize on every save, show the changes in the Terraform JSON",
        load: async () => (await import("../upkeep/watch/main")).command,
      },
      {
        name: "generate",
        summary: "Write everything that is generated: schemas, option reference, module pages, IAM page, pictures",
        load: async () => (await import("../upkeep/generate/main")).command,
      },
      {
        name: "check",
        summary: "Lint the pipelines, scan every stack, check the supply chain",
        load: async () => (await import("../upkeep/check/main")).command,
      },
      {
        name: "hooks",
        summary: "Quick checks before every commit and push of this clone",
        load: async () => (await import("../upkeep/hooks")).command,
      },
    ],
  },
  {
    title: "Migrate",
    entries: [
      {
        name: "migrate cdktn",
        summary: "This project on cdktn, in a copy: types, JSON, tests",
        load: async () => (await import("../upkeep/migrations/cdktn")).command,
      },
      {
        name: "migrate aws-v6",
        summary: "On the bindings of AWS provider 6, in a copy",
        load: async () => (await import("../upkeep/migrations/aws-v6")).command,
      },
      {
        name: "migrate hcl",
        summary: "Convert the stacks to HCL and prove that the plan against the existing state is empty",
        load: async () => (await import("../upkeep/migrations/hcl")).command,
      },
    ],
  },
];

export const entries: readonly Entry[] = chapters.flatMap((chapter) => chapter.entries);
