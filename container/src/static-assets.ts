import type { Readable } from "node:stream";
import { GetObjectCommand, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";

/** S3's answers to keys that no object can have: a client's mistake, not one of this application. */
const NO_OBJECT = ["NoSuchKey", "NotFound", "KeyTooLongError", "InvalidURI"];

/** The object that the readiness check reads: the page can't do without it. */
export const STYLESHEET = "site.css";

export interface Asset {
  readonly status: 200 | 304 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Readable;
}

/**
 * Static assets in the bucket; an object's key is its path below `static/`.
 * The app serves them itself: a consumer behind AWS PrivateLink has no path to the bucket.
 */
export class StaticAssets {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    /** Beginning of the keys, with a slash at its end. */
    private readonly prefix = "",
  ) {}

  /**
   * Opens one asset; the bucket answers 304 if the client's copy is still good. S3 has no object with an empty key.
   *
   * @throws S3ServiceException for anything but a missing or unchanged object
   */
  async open(key: string, ifNoneMatch?: string): Promise<Asset> {
    if (key === "") return { status: 404, headers: {} };
    try {
      const object = await this.s3.send(
        new GetObjectCommand({ Bucket: this.bucket, Key: this.prefix + key, IfNoneMatch: ifNoneMatch }),
      );
      return {
        status: 200,
        headers: present({
          "content-type": object.ContentType ?? "application/octet-stream",
          "content-length": object.ContentLength?.toString(),
          "cache-control": object.CacheControl,
          etag: object.ETag,
        }),
        // The SDK for Node.js answers with the incoming message itself, which is a stream.
        body: object.Body as Readable,
      };
    } catch (error) {
      if (!(error instanceof S3ServiceException)) throw error;
      if (error.$metadata.httpStatusCode === 304) return { status: 304, headers: present({ etag: ifNoneMatch }) };
      // Without s3:ListBucket a missing object answers 403 instead; the task role has it for this bucket.
      if (NO_OBJECT.includes(error.name)) return { status: 404, headers: {} };
      // Below a prefix the task may list no more than that, which S3 does not count for a single object.
      if (this.prefix !== "" && error.$metadata.httpStatusCode === 403) return { status: 404, headers: {} };
      throw error;
    }
  }

  /** Reads the stylesheet to its end. @throws Error if it is not there or empty */
  async probe(signal: AbortSignal): Promise<void> {
    const object = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: this.prefix + STYLESHEET }), {
      abortSignal: signal,
    });
    const content = await object.Body?.transformToString();
    if (!content) throw new Error(`object ${STYLESHEET} is empty`);
  }
}

function present(headers: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined),
  );
}
