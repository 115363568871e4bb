import * as z from "zod";
import { text } from "./primitives";

/** What an organization demands of every IAM role. */
export const iam = z.strictObject({
  permissionsBoundaryArn: text(
    /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]{1,512}$/,
    "the ARN of an IAM policy, e.g. arn:aws:iam::111122223333:policy/boundary",
  )
    .optional()
    .describe(
      "Permissions boundary of every role, those of pipelines included; pipelines can create no role without it.",
    ),
  rolePath: text(
    /^(?=.{1,512}$)\/(?!aws-(service-role|reserved)\/)([\w+=,.@-]+\/){0,10}$/,
    "a path of at most 512 characters that begins and ends with a slash, e.g. /platform/, and not with /aws-service-role/ or /aws-reserved/, which AWS keeps",
  )
    .default("/")
    .describe("Path of every role and instance profile. A change replaces all of them; their names do not change."),
});
