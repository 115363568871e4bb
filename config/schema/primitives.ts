import ipaddr from "ipaddr.js";
import * as z from "zod";

/**
 * Region codes of the commercial and GovCloud partitions, as the AWS SDK knew them in November 2026; a test compares them
 * with the SDK that is installed. Source: AWS General Reference, "AWS service endpoints".
 */
export const regions = [
  "af-south-1",
  "ap-east-1",
  "ap-east-2",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-south-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ap-southeast-5",
  "ap-southeast-6",
  "ap-southeast-7",
  "ca-central-1",
  "ca-west-1",
  "eu-central-1",
  "eu-central-2",
  "eu-north-1",
  "eu-south-1",
  "eu-south-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "il-central-1",
  "me-central-1",
  "me-south-1",
  "me-west-1",
  "mx-central-1",
  "sa-east-1",
  "sa-west-1",
  "us-east-1",
  "us-east-2",
  "us-gov-east-1",
  "us-gov-west-1",
  "us-west-1",
  "us-west-2",
] as const;

/** Log retention periods that CloudWatch Logs accepts, in days. Source: CloudWatch Logs API, PutRetentionPolicy. */
const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** What is allowed, in words that complete "allowed: …". Editors know the key and show it as their error message. */
const inWords = (allowed: string) => ({ patternErrorMessage: allowed });

/** A string option; `allowed` describes the pattern to people. */
export const text = (pattern: RegExp, allowed: string) =>
  z.string().regex(pattern, { error: allowed }).meta(inWords(allowed));

const nfcInWords = "text in Unicode normalization form C";

const anyTextInWords = "text in Unicode normalization form C, without NUL or half a surrogate pair";

/**
 * Text that reaches AWS as it is written. Terraform brings every string into normalization form C, JSON has no lone
 * surrogates, and no process takes a NUL.
 */
export const anyText = z
  .string()
  .refine((value) => !/[\p{Cs}\0]/u.test(value) && value === value.normalize("NFC"), {
    error: anyTextInWords,
  })
  .meta(inWords(anyTextInWords));

/** Text of a form that leaves room for characters which mean something to Terraform. */
export const freeText = (pattern: RegExp, allowed: string) =>
  anyText.regex(pattern, { error: allowed }).meta(inWords(allowed));

/** What is allowed of an entry that stands in its list already. */
export const onceInWords = "each entry once";

/** A list in which everything stands once: AWS refuses duplicates, and construct ids are made from the entries. */
export const list = <Element extends z.ZodType>(element: Element) =>
  z
    .array(element)
    .superRefine((entries, context) => {
      const seen = new Set<unknown>();
      for (const [index, entry] of entries.entries()) {
        if (seen.has(entry)) context.addIssue({ code: "custom", path: [index], message: onceInWords });
        seen.add(entry);
      }
    })
    .meta({ uniqueItems: true });

/** Address of an image in a registry. */
export const imageUri = text(
  /^(?=.{1,255}$)[a-z0-9.-]+(:\d+)?\/[a-z0-9._/-]+(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})$/,
  "registry/repository@sha256:<64 hex digits> or registry/repository:tag, at most 255 characters",
);

/** A path inside the project folder. */
export const relativePath = freeText(/^(?![/\\])(?!.*\.\.).+$/, "a path inside the project folder, without ..");

/**
 * Why a Region is not among those: China has other service principals (`logs.<Region>.amazonaws.com.cn`), other names of
 * endpoint services (`cn.com.amazonaws.…`) and another DNS suffix in half of the services.
 */
const whyNotThisRegion = (given: unknown): string | undefined =>
  typeof given === "string" && given.startsWith("cn-")
    ? "choose another Region: the China Regions have other service principals and endpoint names, which this project does not support"
    : undefined;

export const region = z.enum(regions, { error: ({ input }) => whyNotThisRegion(input) });

export const accountId = text(/^\d{12}$/, "a 12-digit AWS account id in quotes, e.g. '111122223333'");

export const port = z.int().min(1).max(65535);

const cidrInWords = "an IPv4 block in CIDR form whose address is the first of the block, e.g. 10.20.0.0/16";

export const cidrIpv4 = z
  .string()
  .refine(
    (value) => {
      if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(value)) return false;
      return ipaddr.IPv4.networkAddressFromCIDR(value).toString() === value.split("/")[0];
    },
    { error: cidrInWords },
  )
  .meta(inWords(cidrInWords));

const cidrOfEitherInWords = `${cidrInWords}, or an IPv6 one in its shortest form, e.g. 2001:db8:1200::/56`;

/** An IPv4 or IPv6 block. */
export const cidr = z
  .string()
  .refine(
    (value) => {
      if (cidrIpv4.safeParse(value).success) return true;
      if (!ipaddr.IPv6.isValidCIDR(value)) return false;
      return ipaddr.IPv6.networkAddressFromCIDR(value).toRFC5952String() === value.split("/")[0];
    },
    { error: cidrOfEitherInWords },
  )
  .meta(inWords(cidrOfEitherInWords));

export const availabilityZoneId = text(/^[a-z]{3,5}\d-az\d$/, "an Availability Zone ID (not a name), e.g. euc1-az1");

export const securityGroupId = text(/^sg-[0-9a-f]{8,17}$/, "a security group id, e.g. sg-0123456789abcdef0");

export const prefixListId = text(/^pl-[0-9a-f]{8,17}$/, "a prefix list id, e.g. pl-0123456789abcdef0");

export const bucketName = text(
  /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  "the name of an S3 bucket: 3 to 63 lower-case letters, digits, hyphens and dots",
);

export const vpcId = text(/^vpc-[0-9a-f]{8,17}$/, "a VPC id, e.g. vpc-0123456789abcdef0");

export const subnetId = text(/^subnet-[0-9a-f]{8,17}$/, "a subnet id, e.g. subnet-0123456789abcdef0");

export const routeTableId = text(/^rtb-[0-9a-f]{8,17}$/, "a route table id, e.g. rtb-0123456789abcdef0");

export const vpcEndpointId = text(/^vpce-[0-9a-f]{8,17}$/, "a VPC endpoint id, e.g. vpce-0123456789abcdef0");

export const hostedZoneId = text(/^Z[A-Z0-9]{1,31}$/, "a Route 53 hosted zone id, e.g. Z0123456789ABCDEFGHIJ");

export const certificateArn = text(
  /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/,
  "the ARN of an ACM certificate, e.g. arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
);

export const webAclArn = text(
  /^arn:aws[a-z-]*:wafv2:[a-z0-9-]+:\d{12}:regional\/webacl\/[\w-]{1,128}\/[0-9a-f-]{36}$/,
  "the ARN of a regional web ACL, e.g. arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/shared/12345678-1234-1234-1234-123456789012; those of CloudFront (global/webacl) take no ALB",
);

export const keyArn = text(
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/(mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})$/,
  "the ARN of a KMS key (not of an alias), e.g. arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-4234-8234-123456789012",
);

export const secretArn = text(
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@!-]+-[A-Za-z0-9]{6}$/,
  "the full ARN of a secret, with the 6 characters at its end, e.g. arn:aws:secretsmanager:eu-central-1:111122223333:secret:orders-AbCdEf",
);

export const domainName = text(
  /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
  "a domain name in lower case without a final dot, e.g. app.example.com",
);

const emailInWords = "an e-mail address, e.g. platform@example.com";

export const email = z.email({ error: emailInWords }).meta(inWords(emailInWords));

export const httpsUrl = text(
  /^https:\/\/[\w.-]+(?::\d{1,5})?(?:\/[\w./~%+@:-]*)?$/,
  "an https address without query and fragment, e.g. https://wiki.example.com/alarms",
).max(400, { error: "at most 400 characters" });

export const retentionDays = z.literal(logRetentionDays);

export const reason = text(
  /^\s*\S[\s\S]{8,}\S\s*$/,
  "a sentence of at least 10 characters that says why the exception is acceptable",
);

/**
 * Tag keys as AWS takes them: letters and digits of any script, blanks and some signs; `aws:` is AWS's own name space.
 * Sources: "Tag naming limits and requirements"; IAM API Reference, "Tag".
 */
export const tagName = text(
  /^(?!aws:)(?=.*\S)[\p{L}\p{N}\p{Zs}_.:/=+@-]{1,128}$/iu,
  "1 to 128 letters, digits, spaces and . : / = + - @ _, not starting with aws:",
).refine((key) => key === key.normalize("NFC"), { error: nfcInWords });

export const tags = z
  .record(
    tagName,
    text(/^[\p{L}\p{N}\p{Zs}_.:/=+@-]{0,256}$/u, "up to 256 letters, digits, spaces and . : / = + - @ _").refine(
      (value) => value === value.normalize("NFC"),
      { error: nfcInWords },
    ),
  )
  .default({});
