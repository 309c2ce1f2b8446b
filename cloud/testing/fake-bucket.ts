/**
 * A small server that speaks S3 over a real socket: it holds each request to its signature (AWS Signature Version 4, worked
 * out again from the secret) and its body to the hash that was signed, and keeps objects in memory. Uploads in parts, lists in
 * pages. A test can spoil what it keeps, or let it hang up.
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeBucket {
  readonly endpoint: string;
  readonly objects: Map<string, Buffer>;
  /** Requests that were refused, by why. */
  readonly refused: string[];
  /** The next requests of this method are hung up on. */
  hangUp(method: string, times: number): void;
  /** What is kept from now on lacks its last byte. */
  loseBytes(isLosing: boolean): void;
  close(): Promise<void>;
}

export const BUCKET_CREDENTIALS = { accessKeyId: 'AKIATESTS', secretAccessKey: 'secret-of-tests' } as const;
export const BUCKET_REGION = 'sa-east-1';
const PAGE_KEYS = 2;

export async function fakeBucket(bucket: string): Promise<FakeBucket> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  const refused: string[] = [];
  const hangUps = new Map<string, number>();
  let isLosing = false;
  const keep = (key: string, body: Buffer) =>
    void objects.set(key, isLosing ? body.subarray(0, Math.max(0, body.length - 1)) : body);

  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const url = new URL(request.url ?? '', 'http://bucket');
    const left = hangUps.get(request.method ?? '') ?? 0;
    if (left > 0) {
      hangUps.set(request.method ?? '', left - 1);
      request.socket.destroy();
      return;
    }
    const fault = signatureFault(request, url, body);
    if (fault !== undefined) refused.push(fault);
    const [, place, ...rest] = url.pathname.split('/');
    const key = decodeURIComponent(rest.join('/'));
    if (fault !== undefined) answer(response, [403, error('SignatureDoesNotMatch', fault)]);
    else if (place !== bucket) answer(response, [404, error('NoSuchBucket', 'no such bucket')]);
    else answer(response, serve({ request, url, body, key, objects, uploads, keep }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    objects,
    refused,
    hangUp: (method, times) => void hangUps.set(method, times),
    loseBytes: (losing) => {
      isLosing = losing;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Asked {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly body: Buffer;
  readonly key: string;
  readonly objects: Map<string, Buffer>;
  readonly uploads: Map<string, Map<number, Buffer>>;
  keep(key: string, body: Buffer): void;
}

/** What is answered: its status, its body and more headers. */
type Answer = readonly [status: number, body: string | Buffer, headers?: Record<string, string>];

function serve(asked: Asked): Answer {
  const { request, url, key, objects, body } = asked;
  if (key === '') return [200, listing(url, objects)];
  if (url.searchParams.has('uploads') || url.searchParams.has('uploadId')) return servePart(asked);
  const kept = objects.get(key);
  switch (request.method) {
    case 'PUT':
      asked.keep(key, body);
      return [200, '', { etag: etagOf(body) }];
    case 'HEAD':
      return kept === undefined
        ? [404, '']
        : [200, '', { 'content-length': String(kept.length), etag: etagOf(kept) }];
    case 'GET':
      return kept === undefined
        ? [404, error('NoSuchKey', 'no such key')]
        : [200, kept, { etag: etagOf(kept) }];
    case 'DELETE':
      objects.delete(key);
      return [204, ''];
    default:
      return [405, error('MethodNotAllowed', String(request.method))];
  }
}

function servePart({ request, url, body, key, uploads, keep }: Asked): Answer {
  const id = url.searchParams.get('uploadId') ?? '';
  if (request.method === 'POST' && url.searchParams.has('uploads')) {
    const opened = String(uploads.size + 1);
    uploads.set(opened, new Map());
    const ids = `<Key>${key}</Key><UploadId>${opened}</UploadId>`;
    return [200, `<InitiateMultipartUploadResult>${ids}</InitiateMultipartUploadResult>`];
  }
  const parts = uploads.get(id);
  if (parts === undefined) return [404, error('NoSuchUpload', id)];
  if (request.method === 'PUT') {
    parts.set(Number(url.searchParams.get('partNumber')), body);
    return [200, '', { etag: etagOf(body) }];
  }
  uploads.delete(id);
  if (request.method === 'DELETE') return [204, ''];
  keep(key, Buffer.concat([...parts].toSorted(([a], [b]) => a - b).map(([, part]) => part)));
  return [200, `<CompleteMultipartUploadResult><Key>${key}</Key></CompleteMultipartUploadResult>`];
}

function listing(url: URL, objects: Map<string, Buffer>): string {
  const prefix = url.searchParams.get('prefix') ?? '';
  const from = url.searchParams.get('continuation-token') ?? '';
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > from).toSorted();
  const page = keys.slice(0, PAGE_KEYS);
  const isCut = keys.length > page.length;
  const items = page.map(
    (key) => `<Contents><Key>${key}</Key><Size>${objects.get(key)?.length}</Size></Contents>`,
  );
  const next = isCut ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  return `<ListBucketResult><IsTruncated>${isCut}</IsTruncated>${items.join('')}${next}</ListBucketResult>`;
}

/** Why a request is not what its sender signed; undefined when it is. */
function signatureFault(request: IncomingMessage, url: URL, body: Buffer): string | undefined {
  const said =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    );
  if (said === null) return 'no signature';
  const [, keyId, day = '', region, names = '', signature] = said;
  if (keyId !== BUCKET_CREDENTIALS.accessKeyId || region !== BUCKET_REGION) return 'another credential';
  const digest = String(request.headers['x-amz-content-sha256']);
  if (digest !== sha256(body)) return 'the body is not what was signed';
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`);
  const query = [...url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).toSorted();
  const canonical = [request.method, url.pathname, query.join('&'), headers.join(''), names, digest].join(
    '\n',
  );
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [day, String(region), 's3', 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${BUCKET_CREDENTIALS.secretAccessKey}`,
  );
  return createHmac('sha256', key).update(text).digest('hex') === signature ? undefined : 'another signature';
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const etagOf = (body: Buffer) => `"${createHash('md5').update(body).digest('hex')}"`;
const encoded = (text: string) =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
const error = (code: string, message: string) =>
  `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;

function answer(response: ServerResponse, [status, body, headers = {}]: Answer): void {
  response.writeHead(status, { 'content-type': 'application/xml', ...headers });
  response.end(body);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
