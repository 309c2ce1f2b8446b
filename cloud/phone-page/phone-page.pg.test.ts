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
import { type Onlooker, onlooker } from '../testing/owner.ts';

let cloud: TestCloud;
let totem: TestTotem;
let look: Onlooker;
let tenantId: TenantId;
let siteId: SiteId;
beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  totem = await enrolTotem(cloud);
  ({ tenantId, siteId } = cloud.seed);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

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

  test('lets in one style, one script and no frame, and is kept by nobody', async () => {
    const { headers } = await view(capabilityOf(newId<string>(systemEnv)));
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; connect-src 'self'; .*frame-ancestors 'none'$/,
    );
    expect(headers.get('cache-control')).toBe('private, no-store');
  });

  test('is sent again only when something has changed', async () => {
    const capability = capabilityOf(newId<string>(systemEnv));
    const tag = (await view(capability)).headers.get('etag') ?? '';
    const again = await fetch(`${cloud.url}/t/${capability}`, {
      headers: { 'accept-language': 'pt-BR', 'if-none-match': tag },
    });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });
});

describe('a customer on their phone', () => {
  const rules = async (customerMayCancel: boolean, customerMayDelay: boolean) => {
    const changes = JSON.stringify({ customerMayCancel, customerMayDelay });
    await look.rows(`UPDATE site SET queue_rules = queue_rules || $1::jsonb WHERE id = $2`, [
      changes,
      siteId,
    ]);
  };
  const waiting = async () => {
    const own = openChain(systemEnv, tenantId, siteId);
    const { ticket, draft } = createTicket(systemEnv, siteId);
    await push(cloud, totem, sealedBatch(totem, tenantId, [...own.opening, ...own.write([draft])]));
    return { ticket, capability: capabilityOf(ticket.id) };
  };
  const act = (capability: string, name: string) =>
    fetch(`${cloud.url}/t/${capability}/${name}`, { method: 'POST', redirect: 'manual' });
  const rowOf = async (id: string) =>
    (
      await look.rows(
        'SELECT state, reason, waiting_since > issued_at AS is_late FROM ticket WHERE id = $1',
        [id],
      )
    )[0];

  test('is offered nothing, and can do nothing, where the site does not let them', async () => {
    const { ticket, capability } = await waiting();
    expect((await view(capability)).html).not.toContain('<form');
    for (const name of ['cancel', 'delay']) expect((await act(capability, name)).status).toBe(303);
    expect(await rowOf(ticket.id)).toMatchObject({ state: 'waiting' });
  });

  test("goes to the end of the queue, then gives the ticket up, and each is in the ledger as nobody's", async () => {
    await rules(true, true);
    const { ticket, capability } = await waiting();
    const { html } = await view(capability);
    expect([html.includes('Desistir da senha'), html.includes('Vou me atrasar')]).toEqual([true, true]);
    expect(await rowOf(ticket.id)).toMatchObject({ state: 'waiting', is_late: false });
    expect((await act(capability, 'delay')).headers.get('location')).toBe(`/t/${capability}`);
    expect(await rowOf(ticket.id)).toMatchObject({ state: 'waiting', is_late: true });
    await act(capability, 'cancel');
    expect(await rowOf(ticket.id)).toMatchObject({ state: 'canceled', reason: 'customer_left' });
    expect((await view(capability)).html).toContain('Cancelada');
    const entries = await look.rows(
      `SELECT action, user_id FROM audit_log WHERE entity_id = $1 AND action <> 'TICKET_CREATE' ORDER BY position`,
      [ticket.id],
    );
    expect(entries).toEqual([
      { action: 'TICKET_DELAY', user_id: null },
      { action: 'TICKET_CANCEL', user_id: null },
    ]);
    await rules(false, false);
  });

  test('does nothing with a capability of a stranger, nor with an act that does not exist', async () => {
    await rules(true, true);
    const { ticket, capability } = await waiting();
    await act(capabilityOf(ticket.id, { ...totem, privateKey: strangerKey() }), 'cancel');
    expect((await act(capability, 'finish')).status).toBe(404);
    expect(await rowOf(ticket.id)).toMatchObject({ state: 'waiting' });
    await rules(false, false);
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
