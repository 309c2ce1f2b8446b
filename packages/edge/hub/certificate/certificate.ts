/**
 * X.509 certificates (RFC 5280) of a site's own authority, and of the hub that it speaks for: ECDSA on P-256 with SHA-256, which
 * every browser and every device takes. Node has no way to make one, and this is all of it that a branch needs.
 */
import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { isIP } from 'node:net';
import {
  bitString,
  explicit,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  trueValue,
  utf8String,
} from './der.ts';

const OID = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

/** Enough that no two are alike (RFC 5280, 4.1.2.2: at most 20 bytes, positive). */
export const SERIAL_BYTES = 16;

interface Names {
  readonly subject: string;
  readonly issuer: string;
}

export interface CertificateSpec extends Names {
  readonly publicKey: KeyObject;
  /** The authority's private key; its public half is named in the certificate. */
  readonly issuerKey: KeyObject;
  /** `SERIAL_BYTES` random bytes. */
  readonly serial: Uint8Array;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** `authority` signs certificates and nothing else; a server has the names and addresses by which it is reached. */
  readonly use: 'authority' | { readonly hosts: readonly string[] };
}

/** A certificate in PEM. */
export function makeCertificate(spec: CertificateSpec): string {
  const algorithm = sequence(objectIdentifier(OID.ecdsaWithSha256));
  const toBeSigned = sequence(
    explicit(0, integer(Uint8Array.of(2))),
    integer(spec.serial),
    algorithm,
    nameOf(spec.issuer),
    sequence(time(spec.notBeforeMs), time(spec.notAfterMs)),
    nameOf(spec.subject),
    spkiOf(spec.publicKey),
    explicit(3, sequence(...extensionsOf(spec))),
  );
  const signature = sign('sha256', toBeSigned, spec.issuerKey);
  return pemOf(sequence(toBeSigned, algorithm, bitString(signature)));
}

function extensionsOf(spec: CertificateSpec): Uint8Array[] {
  const keyId = keyIdOf(spec.publicKey);
  const issuerKeyId = keyIdOf(createPublicKey(spec.issuerKey));
  const common = [
    extension(OID.subjectKeyIdentifier, octetString(keyId)),
    extension(OID.authorityKeyIdentifier, sequence(implicit(0, issuerKeyId))),
  ];
  if (spec.use === 'authority')
    return [
      ...common,
      // It makes no further authorities.
      criticalExtension(OID.basicConstraints, sequence(trueValue(), integer(Uint8Array.of(0)))),
      // Bits 5 and 6: keyCertSign and cRLSign.
      criticalExtension(OID.keyUsage, bitString(Uint8Array.of(0b0000_0110), 1)),
    ];
  return [
    ...common,
    criticalExtension(OID.basicConstraints, sequence()),
    // Bit 0: digitalSignature.
    criticalExtension(OID.keyUsage, bitString(Uint8Array.of(0b1000_0000), 7)),
    extension(OID.extendedKeyUsage, sequence(objectIdentifier(OID.serverAuth))),
    extension(OID.subjectAltName, sequence(...spec.use.hosts.map(generalName))),
  ];
}

const extension = (oid: string, value: Uint8Array) => sequence(objectIdentifier(oid), octetString(value));
const criticalExtension = (oid: string, value: Uint8Array) =>
  sequence(objectIdentifier(oid), trueValue(), octetString(value));

/** An address as its bytes, anything else as a name. */
function generalName(host: string): Uint8Array {
  switch (isIP(host)) {
    case 4:
      return implicit(7, Uint8Array.from(host.split('.').map(Number)));
    case 6:
      return implicit(7, addressBytes(host));
    default:
      return implicit(2, Buffer.from(host, 'ascii'));
  }
}

/** The 16 bytes of an IPv6 address; its zone, if it has one, is nobody else's business. */
function addressBytes(address: string): Uint8Array {
  const [text = ''] = address.split('%');
  // The URL parser writes every form of an address in one: hexadecimal, the longest run of zeros left out.
  const [head = '', tail] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::');
  const groups = (part: string | undefined) => (part === undefined || part === '' ? [] : part.split(':'));
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return Uint8Array.from(
    [...left, ...zeros, ...right].flatMap((group) => {
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    }),
  );
}

function nameOf(commonName: string): Uint8Array {
  return sequence(set(sequence(objectIdentifier(OID.commonName), utf8String(commonName))));
}

function spkiOf(key: KeyObject): Uint8Array {
  return key.export({ type: 'spki', format: 'der' });
}

/** RFC 5280, 4.2.1.2, as RFC 7093 has it: 160 bits of the SHA-256 of the key. */
function keyIdOf(key: KeyObject): Uint8Array {
  return createHash('sha256').update(spkiOf(key)).digest().subarray(0, 20);
}

function pemOf(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
