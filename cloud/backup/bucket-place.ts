/** A bucket of S3, or of anything that speaks like it, as a place for backups. */

import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { BackupError } from './faults.ts';
import type { KeptFile, Place } from './place.ts';

export interface BucketOptions {
  /** Undefined: Amazon's own of the region. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly bucket: string;
  /** Before each name, for example `totem/`. */
  readonly prefix: string;
  /** Undefined: those of the machine's role or environment, as the SDK finds them. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/** Larger files go in parts of this size, each held in memory: 10,000 parts are some 320 GB. */
const PART_BYTES = 32 * 1024 * 1024;
const PARTS_AT_ONCE = 2;
const TRIES_MAX = 5;
const CONNECT_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 300_000;

export function bucketPlace(options: BucketOptions): Place & { close(): void } {
  const { bucket, prefix, endpoint, credentials } = options;
  const client = new S3Client({
    region: options.region,
    maxAttempts: TRIES_MAX,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    // Checksums that only Amazon knows are left aside elsewhere; bodies are signed anyway.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(credentials === undefined ? {} : { credentials }),
  });
  const keyOf = (name: string) => ({ Bucket: bucket, Key: `${prefix}${name}` });
  return {
    label: `bucket ${bucket}/${prefix}`,
    put: async (name, bytes) => {
      const counted = counting(bytes);
      await new Upload({
        client,
        params: {
          ...keyOf(name),
          Body: Readable.from(counted.bytes),
          ContentType: 'application/octet-stream',
        },
        partSize: PART_BYTES,
        queueSize: PARTS_AT_ONCE,
      }).done();
      const { ContentLength: kept } = await client.send(new HeadObjectCommand(keyOf(name)));
      if (kept !== counted.total())
        throw new BackupError(
          'copy',
          `${name} has ${kept} bytes in bucket ${bucket}, and ${counted.total()} were sent`,
        );
      return { name, bytes: counted.total() };
    },
    open: async (name) => {
      try {
        const { Body: body } = await client.send(new GetObjectCommand(keyOf(name)));
        if (body === undefined) throw new BackupError('missing', `${name} has no body in bucket ${bucket}`);
        return body as unknown as AsyncIterable<Uint8Array>;
      } catch (error) {
        if (error instanceof NoSuchKey)
          throw new BackupError('missing', `${name} is not in bucket ${bucket}`);
        throw error;
      }
    },
    list: () => listAll(client, bucket, prefix),
    remove: async (name) => {
      await client.send(new DeleteObjectCommand(keyOf(name)));
    },
    close: () => client.destroy(),
  };
}

async function listAll(client: S3Client, bucket: string, prefix: string): Promise<KeptFile[]> {
  const files: KeptFile[] = [];
  let from: string | undefined;
  do {
    const answer = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(from === undefined ? {} : { ContinuationToken: from }),
      }),
    );
    for (const { Key: key = '', Size: bytes = 0 } of answer.Contents ?? [])
      files.push({ name: key.slice(prefix.length), bytes });
    from = answer.NextContinuationToken;
  } while (from !== undefined);
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function counting(source: AsyncIterable<Uint8Array>) {
  let total = 0;
  async function* bytes() {
    for await (const part of source) {
      total += part.length;
      yield part;
    }
  }
  return { bytes: bytes(), total: () => total };
}
