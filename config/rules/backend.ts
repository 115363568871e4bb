import { stateBucket } from "../derive";
import type { Consumer, Environment } from "../schema";
import type { ConsumerRule, EnvironmentRule, Finding, LinkRule } from "./rule";

function backendFindings(owner: Environment | Consumer): Finding[] {
  const { backend } = owner;
  if (backend.type === "hcp" && !backend.hcp) {
    return [
      {
        path: ["backend", "hcp"],
        allowed: "with backend.type hcp: at least organization",
        fix: "add backend.hcp.organization",
      },
    ];
  }
  if (backend.type === "s3" && !stateBucket(owner)) {
    return [
      {
        path: ["backend", "s3", "bucket"],
        allowed: "with backend.type s3: a bucket, or accountId to make its name from",
        fix: "add accountId or backend.s3.bucket",
      },
    ];
  }
  return [];
}

/** A backend without its settings cannot be initialized. */
export const environmentBackendIsComplete: EnvironmentRule = (environment) => backendFindings(environment);

/** A backend without its settings cannot be initialized. */
export const consumerBackendIsComplete: ConsumerRule = (consumer) => backendFindings(consumer);

/** HCP Terraform's workers have no Docker engine: there the image can only be one that exists. */
export const remoteRunsBuildNoImage: EnvironmentRule = ({ application, backend }) =>
  backend.type === "hcp" && application.image.build
    ? [
        {
          path: ["application", "image", "build"],
          allowed: "with backend.type hcp: application.image.uri, since its workers have no Docker",
          fix: "build and push the image in a pipeline, and name it in application.image.uri",
          source: 'HCP Terraform, "The run environment"',
        },
      ]
    : [];

/** State on one computer cannot be read from another: who links to it must run there as well. */
export const localStateIsReadLocally: LinkRule = (consumer, environment) =>
  environment.backend.type === "local" && consumer.backend.type !== "local"
    ? [
        {
          path: ["service", "environment"],
          given: `${environment.name}, whose state is a file on one computer`,
          allowed: `with backend.type ${consumer.backend.type}: an environment with state in s3 or hcp`,
          fix: "give service.name instead, or set backend.type to local",
        },
      ]
    : [];
