import { anEnvironment, ourImage, type RuleCases } from "./cases";

const secret = (region = "eu-central-1", account = "111122223333") =>
  `arn:aws:secretsmanager:${region}:${account}:secret:registry-AbCdEf`;
const key = (region = "eu-central-1", account = "111122223333") =>
  `arn:aws:kms:${region}:${account}:key/12345678-1234-4234-8234-123456789012`;
const uri = "registry.example.com/team/app:1";
const image = (options: object) => ({ "network.natGateways": "single", "application.image": { uri, ...options } });
const sidecar = (options: object) => ({
  "network.natGateways": "single",
  "application.sidecars": { one: { image: uri, memoryMib: 64, ...options } },
});
const job = (options: object) => ({
  "network.natGateways": "single",
  jobs: { nightly: { command: ["report"], image: options } },
});
const path = "application.image.credentialsSecretArn";

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "credentialsAreForOtherRegistries",
    /only (with|for)/,
    [
      ["the image is in ECR", image({ uri: ourImage, credentialsSecretArn: secret() }), path],
      ["the image is built here", image({ uri: undefined, build: {}, credentialsSecretArn: secret() }), path],
      ["there is a key alone", image({ credentialsSecretKeyArn: key() }), "application.image.credentialsSecretKeyArn"],
      [
        "a sidecar's image is in ECR",
        sidecar({ image: ourImage, credentialsSecretArn: secret() }),
        "application.sidecars.one.credentialsSecretArn",
      ],
      [
        "a job runs the application's image",
        job({ sameAs: "application", credentialsSecretArn: secret() }),
        "jobs.nightly.image.credentialsSecretArn",
      ],
    ],
    [
      ["the registry is another one", image({ credentialsSecretArn: secret() })],
      [
        "a parameter names an image of another registry",
        {
          "network.natGateways": "single",
          "application.image": {
            parameter: { name: "/app/image", repository: "registry.example.com/team/app" },
            credentialsSecretArn: secret(),
          },
        },
      ],
    ],
  ),
  anEnvironment(
    "credentialsAreInReach",
    /begins with arn:aws:|with its key in|the Region of the secret/,
    [
      [
        "the partition is another one",
        image({ credentialsSecretArn: secret().replace("arn:aws:", "arn:aws-us-gov:") }),
        path,
      ],
      [
        "another account's key is not named",
        image({ credentialsSecretArn: secret("eu-central-1", "444455556666") }),
        path,
      ],
      [
        "a sidecar's key is elsewhere",
        sidecar({ credentialsSecretArn: secret(), credentialsSecretKeyArn: key("eu-west-1") }),
        "application.sidecars.one.credentialsSecretKeyArn",
      ],
    ],
    [
      [
        "the secret is in another Region, like its key",
        image({ credentialsSecretArn: secret("eu-west-1"), credentialsSecretKeyArn: key("eu-west-1") }),
      ],
      [
        "another account's key is named",
        image({
          credentialsSecretArn: secret("eu-central-1", "444455556666"),
          credentialsSecretKeyArn: key("eu-central-1", "444455556666"),
        }),
      ],
    ],
  ),
  anEnvironment(
    "cachesArePulledThrough",
    /only for an image in Amazon ECR|only with NAT/,
    [
      ["the image is elsewhere", image({ pullThroughCache: true }), "application.image.pullThroughCache"],
      [
        "there is no NAT",
        { "network.natGateways": "none", "application.image": { uri: ourImage, pullThroughCache: true } },
        "application.image.pullThroughCache",
      ],
      [
        "a job's image is the application's",
        job({ sameAs: "application", pullThroughCache: true }),
        "jobs.nightly.image.pullThroughCache",
      ],
    ],
    [["there is NAT", image({ uri: ourImage.replace("/app", "/docker-hub/library/nginx"), pullThroughCache: true })]],
  ),
];
