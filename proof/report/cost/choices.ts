import { createsInstance } from "../../../config/derive";
import type { Environment } from "../../../config/schema";
import { bill, type Counted, total } from "./bill";

export interface Choice {
  readonly value: string;
  readonly chosen: boolean;
  /** Dollars a month more, or less, than what is chosen. */
  readonly difference: number;
}

/** An option of the configuration, and what each of its values costs when all else is unchanged. */
export interface PricedOption {
  readonly option: string;
  readonly choices: readonly Choice[];
}

type Change = readonly [
  option: string,
  values: readonly (readonly [value: string, changed: (from: Environment) => Environment])[],
];

const nat = (natGateways: Environment["network"]["natGateways"]) => (from: Environment) => ({
  ...from,
  network: { ...from.network, natGateways },
});
const zones = (availabilityZoneCount: Environment["network"]["availabilityZoneCount"]) => (from: Environment) => ({
  ...from,
  network: { ...from.network, availabilityZoneCount },
});
const multiAz = (value: boolean) => (from: Environment) => ({
  ...from,
  data: { ...from.data, database: { ...from.data.database, multiAz: value } },
});
const launchType = (value: Environment["compute"]["launchType"]) => (from: Environment) => ({
  ...from,
  compute: { ...from.compute, launchType: value },
});
const targetMode = (albTargetMode: Environment["privatelink"]["albTargetMode"]) => (from: Environment) => ({
  ...from,
  privatelink: { ...from.privatelink, albTargetMode },
});

const changes: readonly Change[] = [
  [
    "network.natGateways",
    [
      ["none", nat("none")],
      ["single", nat("single")],
      ["perAz", nat("perAz")],
    ],
  ],
  [
    "network.availabilityZoneCount",
    [
      ["2", zones(2)],
      ["3", zones(3)],
    ],
  ],
  [
    "data.database.multiAz",
    [
      ["false", multiAz(false)],
      ["true", multiAz(true)],
    ],
  ],
  [
    "compute.launchType",
    [
      ["EC2", launchType("EC2")],
      ["FARGATE", launchType("FARGATE")],
    ],
  ],
  [
    "privatelink.albTargetMode",
    [
      ["ip-sync", targetMode("ip-sync")],
      ["alb-target", targetMode("alb-target")],
    ],
  ],
];

/** What the choices cost that decide most of a bill. */
export function pricedOptions(environment: Environment, counted: Counted): PricedOption[] {
  const now = total(bill(environment, counted));
  const chosen: Readonly<Record<string, string>> = {
    "network.natGateways": environment.network.natGateways,
    "network.availabilityZoneCount": String(environment.network.availabilityZoneCount),
    "data.database.multiAz": String(environment.data.database.multiAz),
    "compute.launchType": environment.compute.launchType,
    "privatelink.albTargetMode": environment.privatelink.albTargetMode,
  };
  const decided = changes.filter(([option]) => option !== "data.database.multiAz" || createsInstance(environment));
  return decided.map(([option, values]) => ({
    option,
    choices: values.map(([value, change]) => ({
      value,
      chosen: chosen[option] === value,
      difference: total(bill(change(environment), counted)) - now,
    })),
  }));
}
