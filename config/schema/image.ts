import * as z from "zod";
import { keyArn, secretArn, text } from "./primitives";

/** Where an image is that is built elsewhere, and who brings its releases into the service. */
export const releaseOptions = {
  parameter: z
    .strictObject({
      name: text(
        /^(\/[\w.-]+){1,15}$/,
        "the path of a parameter: up to 15 names of letters, digits and . _ -, each after a /, e.g. /prod/app/image",
      ).describe("Path of the SSM parameter, in the environment's account and Region; its type is String."),
      repository: text(
        /^(?=.{1,180}$)[a-z0-9.-]+(:\d+)?\/[a-z0-9]+([._/-]+[a-z0-9]+)*$/,
        "registry/repository, without tag and digest, e.g. 111122223333.dkr.ecr.eu-central-1.amazonaws.com/app",
      ).describe("Repository of all images that the parameter may name; tasks may pull from no other one."),
    })
    .optional()
    .describe(
      "SSM parameter in which a pipeline writes the image as <repository>@sha256:<digest>. Each plan reads it, and refuses any other value.",
    ),
};

/** Who decides which revision of the task definition a service runs. */
export const ownedBy = z
  .enum(["terraform", "pipeline"])
  .default("terraform")
  .describe(
    "Who rolls new revisions of the task definition out. terraform: each apply. pipeline: your pipeline updates the service; an apply registers revisions and leaves the running one alone.",
  );

/** How ECS pulls an image that is not the environment's own. */
export const pullOptions = {
  credentialsSecretArn: secretArn
    .optional()
    .describe(
      "Secret with the keys username and password of a registry other than ECR, which ECS pulls the image with. Default: the registry asks for none.",
    ),
  credentialsSecretKeyArn: keyArn
    .optional()
    .describe("Customer managed key of that secret. Default: the AWS managed key aws/secretsmanager."),
  pullThroughCache: z
    .boolean()
    .default(false)
    .describe(
      "The repository is filled by a pull through cache rule of ECR: tasks may import images into it, and create it when the first one is pulled.",
    ),
};

/** The same of one image, defaults filled in. */
export type PullOptions = z.output<z.ZodObject<typeof pullOptions>>;
