/** The page behind a ticket's code, on the real cloud: who holds the paper sees one ticket, and nothing of anybody else. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { newId, type SiteId, type TenantId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createTicket,
  enrolTotem,
  onTicket,
  openChain,
  push,
  sealedBatch,
  type TestTotem,
} from '../testing/branch.ts';

let cloud: TestCloud;
let totem: TestTotem;
let tenantId: TenantId;
let siteId: SiteId;
beforeAll(async () => {
  cloud = await testCloud();
  totem = await enrolTotem(cloud);
  ({ tenantId, siteId } = cloud.seed);
});
afterAll(() => cloud.close());

const bytes = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex');
const capabilityOf = (ticketId: string, by = totem, tenant: string = tenantId) => {
  const signature = sign(null, Buffer.from(`totem-ticket-v1\n${tenant}\n${ticketId}`), by.privateKey);
  return Buffer.concat([bytes(tenant), bytes(ticketId), signature]).toString('base64url');
};
const view = async (capability: string, language = 'pt-BR') => {
  const answer = await fetch(`${cloud.url}/t/${capability}`, { headers: { 'accept-language': language } });
  return { status: answer.status, headers: answer.headers, html: await answer.text() };
};

describe("a ticket's page", () => {
  test('says that the ticket is not here yet, then follows it to its end', async () => {
    const own = openChain(systemEnv, tenantId, siteId);
    const { ticket, draft } = createTicket(systemEnv, siteId, { private: { name: 'Zoë' } });
    const capability = capabilityOf(ticket.id);
    const early = await view(capability);
    expect(early.status).toBe(200);
    expect(early.html).toContain('ainda não chegou');
    expect(early.html).not.toContain(ticket.code);

    await push(cloud, totem, sealedBatch(totem, tenantId, [...own.opening, ...own.write([draft])]));
    const waiting = await view(capability);
    expect(waiting.html).toContain(ticket.code);
    expect(waiting.html).toContain('Você é o próximo');
    expect(waiting.html).toContain('http-equiv="refresh"');
    expect(waiting.html).not.toContain('Zoë');

    const holder = { operatorId: newId<'user'>(systemEnv), counterId: newId<'counter'>(systemEnv) };
    const done = own.write([onTicket('TICKET_FINISH', ticket, siteId, holder)]);
    await push(cloud, totem, sealedBatch(totem, tenantId, done));
    const finished = await view(capability);
    expect(finished.html).toContain('Atendimento concluído');
    expect(finished.html).not.toContain('http-equiv="refresh"');
  });

  test.each([
    ['en', 'has not arrived here yet', 'lang="en"'],
    ['es-419', 'aún no ha llegado aquí', 'lang="es"'],
    ['de', 'ainda não chegou', 'lang="pt-BR"'],
  ])("speaks the reader's language: %s", async (language, text, lang) => {
    const { html } = await view(capabilityOf(newId<string>(systemEnv)), language);
    expect(html).toContain(text);
    expect(html).toContain(lang);
  });

  test('lets in one style, no script and no frame, and is kept by nobody', async () => {
    const { headers } = await view(capabilityOf(newId<string>(systemEnv)));
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; .*frame-ancestors 'none'$/,
    );
    expect(headers.get('cache-control')).toBe('private, no-store');
  });
});

describe('nothing is told', () => {
  const ticketId = newId<string>(systemEnv);
  test.each<[string, () => string]>([
    [
      'for a capability signed by a stranger',
      () => capabilityOf(ticketId, { ...totem, privateKey: strangerKey() }),
    ],
    [
      'for a capability with another ticket in it',
      () => {
        const parts = Buffer.from(capabilityOf(ticketId), 'base64url');
        bytes(newId<string>(systemEnv)).copy(parts, 16);
        return parts.toString('base64url');
      },
    ],
    ['for another tenant', () => capabilityOf(ticketId, totem, newId<'tenant'>(systemEnv))],
    ['for something shorter', () => capabilityOf(ticketId).slice(0, 100)],
    ['for a bare id', () => ticketId],
  ])('%s', async (_, make) => {
    const { status, html } = await view(make());
    expect(status).toBe(404);
    expect(html).toContain('Senha não encontrada');
  });
});

function strangerKey() {
  return generateKeyPairSync('ed25519').privateKey;
}
