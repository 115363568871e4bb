import { aConsumer, aLink, anEnvironment, type RuleCases } from "./cases";

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "environmentBackendIsComplete",
    /at least organization|accountId to make its name/,
    [
      ["hcp has no organization", { backend: { type: "hcp" } }, "backend.hcp"],
      ["s3 has neither bucket nor account", { accountId: undefined }, "backend.s3.bucket"],
    ],
    [
      ["hcp has an organization", { backend: { type: "hcp", hcp: { organization: "example" } } }],
      ["s3 has a bucket and no account", { accountId: undefined, "backend.s3.bucket": "state" }],
      ["state is local", { accountId: undefined, "backend.type": "local" }],
    ],
  ),
  aConsumer(
    "consumerBackendIsComplete",
    /at least organization|accountId to make its name/,
    [
      ["hcp has no organization", { backend: { type: "hcp" } }, "backend.hcp"],
      ["s3 has neither bucket nor account", { accountId: undefined }, "backend.s3.bucket"],
    ],
    [["state is local", { accountId: undefined, "backend.type": "local" }]],
  ),
  anEnvironment(
    "remoteRunsBuildNoImage",
    /workers have no Docker/,
    [
      [
        "the image is built while HCP Terraform runs Terraform",
        { backend: { type: "hcp", hcp: { organization: "example" } }, "application.image": { build: {} } },
        "application.image.build",
      ],
    ],
    [
      ["HCP Terraform gets an image that exists", { backend: { type: "hcp", hcp: { organization: "example" } } }],
      ["the image is built with state in s3", { "application.image": { build: {} } }],
    ],
  ),
  aLink(
    "localStateIsReadLocally",
    /with state in s3 or hcp/,
    [["the environment's state is a local file", { "environment.backend": { type: "local" } }, "service.environment"]],
    [["both have local state", { "environment.backend": { type: "local" }, backend: { type: "local" } }]],
  ),
];
