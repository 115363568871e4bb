/**
 * Domains whose names AWS itself resolves in every VPC: API endpoints, and the instances' own names. A private hosted
 * zone of such a name would hide them from the whole VPC.
 * Sources: AWS General Reference, "AWS service endpoints"; Amazon VPC User Guide, "DNS attributes for your VPC"
 */
export const namesOfAws: readonly string[] = [
  "amazonaws.com",
  "amazonaws.com.cn",
  "api.aws",
  "on.aws",
  "compute.internal",
  "ec2.internal",
];

/** Whether a name is one of AWS's own domains or below one. */
export const isNameOfAws = (name: string): boolean => namesOfAws.some((domain) => `.${name}`.endsWith(`.${domain}`));
