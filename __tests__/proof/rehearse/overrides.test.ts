import { emulatorEnvironment, emulatorOverride } from "../../../proof/lab/overrides";
import { consumerOf, environmentOf, synthesize } from "../../synth";

const TARGET = { endpoint: "http://127.0.0.1:5000", localStates: "/run/states" };
const readBy = (name: string) => name.replace("cross-stack-reference-input-", "");

const consumer = consumerOf({
  region: "eu-central-1",
  accountId: "444455556666",
  service: { environment: "test" },
  vpc: { cidr: "10.90.0.0/24" },
});

const synthesized = new Map<string, ReturnType<typeof synthesize>["stacks"]>();

function overrideOf(id: string, overrides: Parameters<typeof environmentOf>[0] = {}, target: object = {}) {
  const key = JSON.stringify(overrides);
  const stacks =
    synthesized.get(key) ?? synthesize({ environments: [environmentOf(overrides)], consumers: [consumer] }).stacks;
  synthesized.set(key, stacks);
  return emulatorOverride(stacks[id], id, { ...TARGET, ...target }, readBy);
}

const emulated = {
  endpoints: { s3: TARGET.endpoint, sts: TARGET.endpoint, iam: TARGET.endpoint },
  use_path_style: true,
};

test("without a state bucket, the state is a file", () => {
  expect(overrideOf("network-test", {}, { withoutStateBucket: true })).toMatchObject({
    terraform: { backend: { local: { path: "/run/states/network-test.tfstate" } } },
  });
});

test("the s3 backend keeps bucket, key and lock file, and leads to the emulator", () => {
  expect(overrideOf("data-test")).toMatchObject({
    terraform: {
      backend: {
        s3: {
          bucket: "private-app-test-tfstate-111122223333",
          key: "test/data.tfstate",
          use_lockfile: true,
          ...emulated,
        },
      },
    },
  });
});

test("every remote state that a stack reads comes from the emulator", () => {
  expect(overrideOf("compute-test")).toMatchObject({
    data: {
      terraform_remote_state: {
        "cross-stack-reference-input-network-test": {
          backend: "s3",
          config: { key: "test/network.tfstate", ...emulated },
        },
        "cross-stack-reference-input-data-test": { backend: "s3", config: { key: "test/data.tfstate", ...emulated } },
      },
    },
  });
});

test("tags and allowed account ids of the provider stay: the override doesn't name them", () => {
  const { provider } = overrideOf("network-test") as { provider: { aws: object[] } };
  expect(provider.aws).toHaveLength(1);
  for (const kept of ["default_tags", "allowed_account_ids", "region"])
    expect(provider.aws[0]).not.toHaveProperty(kept);
});

test("states of another backend become files, and so do the reads of them", () => {
  const backend = { type: "hcp", hcp: { organization: "example" } } as const;
  expect(overrideOf("network-test", { backend })).toMatchObject({
    terraform: { backend: { local: { path: "/run/states/network-test.tfstate" } } },
  });
  expect(overrideOf("data-test", { backend })).toMatchObject({
    data: {
      terraform_remote_state: {
        "cross-stack-reference-input-network-test": {
          backend: "local",
          config: { path: "/run/states/network-test.tfstate" },
        },
      },
    },
  });
});

test("a stack of another account works with the role given", () => {
  const assumeRoleArn = "arn:aws:iam::444455556666:role/rehearsal";
  expect(overrideOf("consumer-endpoint-test", {}, { assumeRoleArn })).toMatchObject({
    provider: { aws: [{ assume_role: [{ role_arn: assumeRoleArn }] }] },
  });
});

const build = { application: { image: { build: { arguments: { BASE_IMAGE: "base" } } } } };

test("images go to the rehearsal's registry, named with its scheme", () => {
  expect(overrideOf("compute-test", build, { registry: "127.0.0.1:5001" })).toMatchObject({
    provider: { docker: [{ registry_auth: [{ address: "http://127.0.0.1:5001", auth_disabled: true }] }] },
  });
});

test("a build without a network keeps the rest of its block", () => {
  const { resource } = overrideOf("compute-test", build, { isolatedBuilds: true }) as {
    resource: { docker_image: Record<string, { build: object[] }> };
  };
  const [image] = Object.values(resource.docker_image);
  expect(image?.build).toEqual([
    expect.objectContaining({ network_mode: "none", dockerfile: "Dockerfile", build_args: { BASE_IMAGE: "base" } }),
  ]);
});

test("nothing of the user's AWS settings reaches a rehearsal", () => {
  const env = emulatorEnvironment(
    {
      PATH: "/bin",
      AWS_PROFILE: "prod",
      AWS_SESSION_TOKEN: "real",
      AWS_ENDPOINT_URL_S3: "https://real",
      TF_VAR_x: "1",
    },
    TARGET.endpoint,
  );
  expect(env).toMatchObject({ PATH: "/bin", AWS_ENDPOINT_URL: TARGET.endpoint, AWS_CONFIG_FILE: "/dev/null" });
  for (const real of ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "TF_VAR_x"]) {
    expect(env).not.toHaveProperty(real);
  }
});
