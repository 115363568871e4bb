import type { Configuration, Environment } from "../../config/schema";

/** Option values, in environments of their own, that add statements to those of the committed ones. */
export const VARIANTS: Readonly<Record<string, (base: Environment) => Environment>> = {
  /** FARGATE, alb-target, no NAT, private DNS, foreign image, ECS Exec. */
  "variant-1": (base) => ({
    ...base,
    network: { ...base.network, natGateways: "none" },
    application: { ...base.application, image: { uri: IMAGE }, executeCommand: true },
    compute: { ...base.compute, launchType: "FARGATE" },
    privatelink: {
      ...base.privatelink,
      albTargetMode: "alb-target",
      privateDns: { name: "app.example.com", publicZoneId: "Z0123456789ABCDEFGHIJ" },
    },
  }),
  /** The sync Lambda within the VPC, woken by events, too; alarms by e-mail. */
  "variant-2": (base) => ({
    ...base,
    network: { ...base.network, natGateways: "none" },
    observability: { ...base.observability, alarmEmails: ["alarms@example.com"] },
    privatelink: { ...base.privatelink, sync: { ...base.privatelink.sync, insideVpc: true, quickTrigger: true } },
  }),
};

const IMAGE = "registry.example.com/app:1";

/** The committed environments, and the variants of the first. */
export function withVariants({ environments }: Configuration): Configuration {
  const [base] = environments;
  if (base === undefined) throw new Error("no environment in config/environments");
  const variants = Object.entries(VARIANTS).map(([name, of]) => ({ ...of(base), name }));
  return { environments: [...environments, ...variants], consumers: [] };
}
