import type { Environment } from "./schema";
import { type ServiceConsumer, serviceConsumers } from "./service-consumers";

/** Header in which the ALB hands on the subject of a client certificate that it has verified. */
export const SUBJECT_HEADER = "x-amzn-mtls-clientcert-subject";

/** Metric of the rule that counts the requests of which no header tells the consumer. */
export const UNIDENTIFIED = "unidentified";

/** A consumer whose requests are limited, and what tells them from others. */
export interface LimitedConsumer {
  readonly name: string;
  readonly requests: number;
  readonly action: "block" | "count";
  /** In lower case. */
  readonly header: string;
  readonly value: string;
}

/** In the order of their names; one that is not told apart is left out here and refused by the rules. */
export const limitedConsumers = (privatelink: Environment["privatelink"]): LimitedConsumer[] =>
  serviceConsumers(privatelink).flatMap(({ limits, name }) => {
    const told = limits && identification(limits);
    return told ? [{ name, requests: limits.requestsPerFiveMinutes, action: limits.action, ...told }] : [];
  });

function identification({
  certificateSubject,
  header,
}: NonNullable<ServiceConsumer["limits"]>): Pick<LimitedConsumer, "header" | "value"> | undefined {
  if (certificateSubject !== undefined) return { header: SUBJECT_HEADER, value: certificateSubject };
  return header && { header: header.name, value: header.value };
}

/**
 * Headers of which a request has to have one for its consumer to be known: that of the subject alone where a limit goes by
 * it, since every verified client has one.
 */
export const identifyingHeaders = (limited: readonly LimitedConsumer[]): string[] => {
  const headers = [...new Set(limited.map(({ header }) => header))].sort();
  return headers.includes(SUBJECT_HEADER) ? [SUBJECT_HEADER] : headers;
};

/** Whether every request has to show the subject of a client certificate. */
export const limitedBySubject = (limited: readonly LimitedConsumer[]): boolean =>
  identifyingHeaders(limited).includes(SUBJECT_HEADER);

/** Name of a consumer's rule, and of its metric. */
export const limitRule = ({ name }: Pick<LimitedConsumer, "name">): string => `limit-${name}`;

/** Name of the web ACL, and of its metrics. */
export const webAclName = (prefix: string): string => `${prefix}-limits`;
