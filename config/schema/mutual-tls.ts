import * as z from "zod";
import { bucketName, list, relativePath, text } from "./primitives";

export const mutualTls = z.strictObject({
  mode: z
    .enum(["verify", "passthrough", "off"])
    .describe(
      "verify: the ALB accepts only clients with a certificate of a CA in the trust store. passthrough: it hands any certificate to the application, which has to verify it. off: it no longer asks for one; AWS keeps what a listener had if the option is only removed.",
    ),
  caBundle: relativePath
    .optional()
    .describe("With verify: file with the CA certificates (PEM, no private keys), which Terraform stores in S3."),
  existingCaBundle: z
    .strictObject({
      bucket: bucketName.describe("Bucket that holds the CA certificates, in the environment's Region."),
      key: text(/^[\w!.*'()/-]{1,1024}$/, "an S3 object key of letters, digits and !-_.*'()/").describe(
        "Key of the object.",
      ),
      version: text(/^[\w.-]{1,1024}$/, "a version ID of S3")
        .optional()
        .describe("Version of the object. Without it a new version is not noticed."),
    })
    .optional()
    .describe("With verify, instead of caBundle: the CA certificates are in S3 already."),
  revocationLists: list(relativePath)
    .max(30, { error: "at most 30 revocation lists" })
    .default([])
    .describe("With verify: files with certificate revocation lists (CRL, PEM), which Terraform stores in S3."),
});

/** How certificates of clients are treated where the ALB asks for them. */
export type ClientCertificates = Exclude<z.output<typeof mutualTls>["mode"], "off">;

export type MutualTls = z.output<typeof mutualTls>;
