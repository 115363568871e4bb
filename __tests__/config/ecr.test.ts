import { ecrRegistry, parseEcrImage } from "../../config/ecr";

test.each([
  ["111122223333.dkr.ecr.eu-central-1.amazonaws.com/app:1", "eu-central-1", "app", false],
  [
    `111122223333.dkr.ecr.us-gov-west-1.amazonaws.com/team/app@sha256:${"0".repeat(64)}`,
    "us-gov-west-1",
    "team/app",
    false,
  ],
  ["111122223333.dkr.ecr-fips.us-east-1.amazonaws.com/app:1", "us-east-1", "app", false],
  ["111122223333.dkr-ecr.eu-west-1.on.aws/team/app:1.2", "eu-west-1", "team/app", true],
  ["111122223333.dkr-ecr-fips.us-east-1.on.aws/app:1", "us-east-1", "app", true],
  [
    "111122223333.dkr.ecr.eu-central-1.amazonaws.com/docker-hub/library/nginx:1.27",
    "eu-central-1",
    "docker-hub/library/nginx",
    false,
  ],
  ["111122223333.dkr-ecr.eu-central-1.on.aws/quay/team/app:1", "eu-central-1", "quay/team/app", true],
] as const)("%s is an image of a private repository", (uri, region, repository, dualStack) => {
  expect(parseEcrImage(uri)).toEqual({ account: "111122223333", region, repository, dualStack });
});

test.each([
  "public.ecr.aws/docker/library/node:22",
  "registry.example.com/111122223333.dkr.ecr.eu-central-1.amazonaws.com/app:1",
  "1234.dkr.ecr.eu-central-1.amazonaws.com/app:1",
  "111122223333.dkr.ecr.eu-central-1.example.com/app:1",
])("%s is not", (uri) => {
  expect(parseEcrImage(uri)).toBeUndefined();
});

test.each(["eu-central-1", "us-gov-east-1"] as const)(
  "an image of a registry's own host in %s is found in it",
  (region) => {
    expect(parseEcrImage(`${ecrRegistry("111122223333", region)}/app:1`)).toMatchObject({ region, dualStack: false });
  },
);
