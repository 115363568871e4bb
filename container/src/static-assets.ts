import type { Readable } from "node:stream";
import { GetObjectCommand, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";

/** The object that the readiness check reads: the page can't do without it. */
export const STYLESHEET = "site.css";

export interface Asset {
  readonly status: 200 | 304 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Readable;
}

/**
 * Static assets in the bucket; an object's key is its path below `static/`.
 * The app serves them itself: whoever reaches it through AWS PrivateLink has no path to the bucket.
 */
export class StaticAssets {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
  ) {}

  /**
   * Opens one asset; the bucket answers 304 if the client's copy is still good.
   *
   * @throws S3ServiceException for anything but a missing or unchanged object
   */
  async open(key: string, ifNoneMatch?: string): Promise<Asset> {
    try {
      const object = await this.s3.send(
        new GetObjectCommand({ Bucket: this.bucket, Key: key, IfNoneMatch: ifNoneMatch }),
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
      if (error.name === "NoSuchKey" || error.name === "NotFound") return { status: 404, headers: {} };
      throw error;
    }
  }

  /** Reads the stylesheet to its end. @throws Error if it is not there or empty */
  async probe(signal: AbortSignal): Promise<void> {
    const object = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: STYLESHEET }), {
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
