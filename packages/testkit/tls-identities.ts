/** Keys with certificates for tests of mutual TLS, made by openssl: an authority, who it knows, and strangers. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM texts. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

export interface Identities {
  /** A key with a certificate, signed by an identity that was made before, or by itself. */
  make(name: string, by?: string): TlsIdentity;
  close(): void;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'] as const;

export function createIdentities(): Identities {
  const dir = mkdtempSync(join(tmpdir(), 'totem-tls-'));
  const file = (name: string, suffix: string) => join(dir, name + suffix);
  const openssl = (...options: string[]) => execFileSync('openssl', options, { stdio: 'pipe' });
  return {
    make(name, by) {
      const key = [...KEY, '-keyout', file(name, '.key')];
      const subject = ['-subj', `/CN=${name}`];
      if (by === undefined)
        openssl('req', '-x509', ...key, ...subject, '-days', '2', '-out', file(name, '.pem'));
      else {
        writeFileSync(file(name, '.ext'), 'subjectAltName=IP:127.0.0.1');
        openssl('req', ...key, ...subject, '-out', file(name, '.csr'));
        const signer = ['-CA', file(by, '.pem'), '-CAkey', file(by, '.key'), '-CAcreateserial'];
        const out = ['-days', '2', '-extfile', file(name, '.ext'), '-out', file(name, '.pem')];
        openssl('x509', '-req', '-in', file(name, '.csr'), ...signer, ...out);
      }
      return {
        cert: readFileSync(file(name, '.pem'), 'utf8'),
        key: readFileSync(file(name, '.key'), 'utf8'),
      };
    },
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}
