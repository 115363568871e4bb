import { type Configuration, type Environment, environmentSchema } from "../../../config/schema";
import { sidecars } from "../../../config/schema/sidecar";

/** A consumer whose endpoints the function accepts, and rejects after its last day. */
const acme = environmentSchema.shape.privatelink.shape.consumers.unwrap().valueType.parse({
  principals: ["arn:aws:iam::444455556666:root"],
  accept: { automatically: true, rejectAfterExpiry: true },
  until: "2099-12-31",
});

/** Option values, in environments of their own, that add statements to those of the committed ones. */
export const VARIANTS: Readonly<Record<string, (base: Environment) => Environment>> = {
  /** FARGATE, alb-target, no NAT, private DNS, another account's image, ECS Exec, secrets and permissions of the file. */
  "variant-1": (base) => ({
    ...base,
    network: { ...base.network, natGateways: "none" },
    application: {
      ...base.application,
      image: { uri: IMAGE, ownedBy: "terraform", pullThroughCache: false },
      executeCommand: true,
      secrets: {
        STRIPE_KEY: { secretsManager: `${ARN.replace("SERVICE", "secretsmanager")}:secret:prod/stripe-AbCdEf` },
        TOKEN: { parameter: "/prod/app/token" },
      },
      secretsKmsKeyArns: [`${ARN.replace("SERVICE", "kms")}:key/12345678-1234-4234-8234-123456789012`],
      permissions: { Orders: { use: "sqs-consume", of: `${ARN.replace("SERVICE", "sqs")}:orders` } },
    },
    compute: { ...base.compute, launchType: "FARGATE" },
    privatelink: {
      ...base.privatelink,
      albTargetMode: "alb-target",
      privateDns: { name: "app.example.com", publicZoneId: "Z0123456789ABCDEFGHIJ" },
    },
  }),
  /**
   * The image from a parameter; the sync Lambda within the VPC, also started by events; endpoints accepted by a function;
   * alarms by e-mail.
   */
  "variant-2": (base) => ({
    ...base,
    application: {
      ...base.application,
      image: {
        parameter: { name: "/prod/app/image", repository: IMAGE.replace(/:1$/, "") },
        ownedBy: "terraform",
        pullThroughCache: false,
      },
    },
    network: { ...base.network, natGateways: "none" },
    observability: { ...base.observability, alarmEmails: ["alarms@example.com"] },
    privatelink: {
      ...base.privatelink,
      sync: { ...base.privatelink.sync, insideVpc: true, quickTrigger: true },
      acceptanceRequired: true,
      consumers: { acme },
    },
  }),
  /** An image of a registry that asks for credentials, a sidecar from a pull through cache of ECR, certificates of clients. */
  "variant-3": (base) => ({
    ...base,
    application: {
      ...base.application,
      image: {
        uri: "registry.example.com/team/app:1",
        ownedBy: "terraform",
        pullThroughCache: false,
        credentialsSecretArn: `${ARN.replace("SERVICE", "secretsmanager")}:secret:registry-AbCdEf`,
        credentialsSecretKeyArn: `${ARN.replace("SERVICE", "kms")}:key/12345678-1234-4234-8234-123456789012`,
      },
      sidecars: sidecars.parse({
        proxy: { image: IMAGE.replace("/app", "/quay/team/proxy"), pullThroughCache: true, memoryMib: 64 },
      }),
    },
    compute: {
      ...base.compute,
      loadBalancer: {
        ...base.compute.loadBalancer,
        listeners: [
          {
            port: 443,
            certificateArn: `${ARN.replace("SERVICE", "acm")}:certificate/12345678-1234-1234-1234-123456789012`,
          },
        ],
        mutualTls: {
          mode: "verify",
          caBundle: "config/examples/mutual-tls/consumers-ca.pem",
          revocationLists: [],
        },
      },
    },
  }),
};

const ARN = "arn:aws:SERVICE:eu-central-1:111122223333";
const IMAGE = "444455556666.dkr.ecr.eu-central-1.amazonaws.com/app:1";

/** The committed environments, and variants of dev, which has the options that they change; a team may have others before it. */
export function withVariants({ environments }: Configuration): Configuration {
  const base = environments.find(({ name }) => name === "dev") ?? environments[0];
  if (base === undefined) throw new Error("no environment in config/environments");
  const variants = Object.entries(VARIANTS).map(([name, of]) => ({ ...of(base), name }));
  return { environments: [...environments, ...variants], consumers: [] };
}
