/**
 * Predefined security policy of listeners: TLS 1.2 and 1.3 with forward secrecy.
 * Source: "Security policies for your Application Load Balancer", and the same page of the NLB's guide.
 */
export const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06";
