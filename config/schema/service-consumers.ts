import * as z from "zod";
import { availabilityZoneId, cidr, freeText, list, text, vpcEndpointId } from "./primitives";

/** Who may create an endpoint. Source: "Manage permissions", AWS PrivateLink guide. */
// Wider than what is allowed: the rules say why AWS takes no path and no organization.
const arns =
  "arn:aws[a-z-]*:iam::\\d{12}:(root|(role|user)/[\\w+=,.@/-]+)|arn:aws[a-z-]*:organizations::\\d{12}:[\\w/-]+";

export const principal = text(
  new RegExp(`^(\\*|${arns})$`),
  "the ARN of an account (arn:aws:iam::111122223333:root), of a role or user without a path, or *",
);

const namedPrincipal = text(
  new RegExp(`^(${arns})$`),
  "the ARN of an account (arn:aws:iam::111122223333:root), or of a role or user without a path",
);

const consumerName = text(
  /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/,
  "2 to 32 lower-case letters, digits and hyphens, starting with a letter",
);

const dateInWords = "a day as year-month-day, e.g. 2027-03-31";

const date = z.iso.date({ error: dateInWords }).meta({ patternErrorMessage: dateInWords });

const note = freeText(
  /^(?=.*\S)[\p{L}\p{N}\p{Zs}_.:/=+@,()-]{1,120}$/u,
  "1 to 120 letters, digits, spaces and . : / = + - @ _ , ( )",
);

/** How many requests of a consumer the web ACL of the ALB lets through. */
const requestLimits = z.strictObject({
  requestsPerFiveMinutes: z
    .int()
    .min(10)
    .max(2_000_000_000)
    .describe("Requests in any five minutes. AWS WAF estimates: it acts near the number, mostly within 30 seconds."),
  // AWS WAF compares 200 bytes at most.
  certificateSubject: freeText(
    /^(?=.{1,200}$)[A-Za-z][\w.-]*=([\x20-\x7e]*[\x21-\x7e])?$/,
    "a whole subject as the ALB writes it, e.g. CN=orders,O=Acme: ASCII, at most 200 characters",
  )
    .optional()
    .describe(
      "Subject of the consumer's client certificates, as the application gets it in X-Amzn-Mtls-Clientcert-Subject; needs mutualTls with mode verify. Only an account can show that AWS WAF sees it (docs/privatelink.md).",
    ),
  header: z
    .strictObject({
      name: text(/^[a-z0-9-]{1,40}$/, "a header's name: 1 to 40 lower-case letters, digits and hyphens").describe(
        "Name of the header, in lower case.",
      ),
      value: freeText(
        /^[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?$/,
        "ASCII, at most 200 characters, no space at its ends",
      ).describe("The header's whole value; its case matters."),
    })
    .optional()
    .describe(
      "Instead of certificateSubject: a header that the consumer's clients send. A client that leaves it out has no limit, so it needs acknowledge.forgeableLimits.",
    ),
  action: z
    .enum(["block", "count"])
    .default("block")
    .describe("block: further requests get status 429. count: they pass and are counted only, to try a limit."),
});

/** A consumer of the service as its provider knows it. */
const serviceConsumer = z.strictObject({
  principals: list(namedPrincipal)
    .min(1)
    .describe("Principals of the consumer that may create endpoints, in addition to allowedPrincipals."),
  sharesPrincipalsWith: list(consumerName)
    .default([])
    .describe("Other consumers that may have a principal in common with this one."),
  cidrs: list(cidr)
    .default([])
    .describe("Address ranges of the consumer's clients, in addition to consumerCidrs. Ranges of all are joined."),
  availabilityZoneIds: list(availabilityZoneId)
    .min(1)
    .optional()
    .describe("Zones in which the consumer has endpoints. It is told which zones of the service it lacks."),
  acceptedEndpointIds: list(vpcEndpointId)
    .default([])
    .describe("Endpoints of the consumer that Terraform accepts; needs acceptanceRequired."),
  accept: z
    .strictObject({
      automatically: z
        .boolean()
        .default(false)
        .describe("Let a function accept the consumer's endpoints; otherwise a person does."),
      atMostEndpoints: z
        .int()
        .min(1)
        .max(100)
        .default(1)
        .describe("Endpoints that are accepted automatically; a further one waits for a person and raises an alarm."),
      rejectAfterExpiry: z
        .boolean()
        .default(false)
        .describe("After the day in until: reject the consumer's endpoints, which ends their connections."),
    })
    .prefault({})
    .describe("How the consumer's endpoints are accepted; needs acceptanceRequired."),
  until: date
    .optional()
    .describe("Last day, in UTC, on which endpoints are accepted automatically; an alarm tells of those that remain."),
  expectConnected: z
    .boolean()
    .default(false)
    .describe("Raise an alarm while no endpoint of the consumer is connected."),
  limits: requestLimits
    .optional()
    .describe("Limit of the consumer's requests, by AWS WAF on the ALB. Consumers without one are not limited."),
  dnsLabel: text(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "a DNS label of 1 to 63 lower-case letters, digits and hyphens",
  )
    .optional()
    .describe("First part of a name of its own below privateDns.name, which the invitation proposes."),
  contact: note.optional().describe("Whom to ask, e.g. an e-mail address; shown with the consumer's connections."),
  costCentre: note
    .optional()
    .describe(
      "Where the share of the cost of this consumer belongs, for your own accounting; nothing is computed from it.",
    ),
});

export const serviceConsumers = z
  .record(consumerName, serviceConsumer)
  .default({})
  .describe("Consumers by name, from which principals, ranges, accepted endpoints and invitations follow.");
