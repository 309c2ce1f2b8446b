/** Charges of totems at a simulated provider over mutual TLS: once, whatever is lost, and paid only when the provider says so. */
import { ROUTES } from '@totem/api';
import { newId } from '@totem/domain';
import { openPixSimulator } from '@totem/drivers/psp';
import { createLog, systemEnv, systemTimers } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newSigningKey } from '../access/signing-key.ts';
import { newDataKeys } from '../secrets/vault.ts';
import { apiOf, refusalOf } from '../testing/api.ts';
import { enrolTotem } from '../testing/branch.ts';
import { openSite } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { openPixBranch, type PixBranch } from '../testing/pix-branch.ts';

const { putCharge, askCharge, cancelCharge, chargeReadiness, refundCharge, askChargeRefund } = ROUTES;
const keys = { signingKey: newSigningKey(), dataKeys: newDataKeys(systemEnv) };

let cloud: TestCloud;
let look: Onlooker;
let branch: PixBranch;

beforeAll(async () => {
  cloud = await testCloud(keys);
  look = await onlooker(cloud.urls);
  branch = await openPixBranch(cloud);
});
afterEach(() => {
  branch.provider.heal();
  branch.provider.payers();
});
afterAll(async () => {
  await branch.close();
  await look.close();
  await cloud.close();
});

const cobOf = (txid: string) => branch.provider.cobs.get(txid);

describe('a charge', () => {
  test('is shown, paid, and proved to the centavo', async () => {
    const { params, body } = branch.attempt();
    branch.provider.payers('walks_away');
    const shown = await branch.totem.call(putCharge, { params, body });
    expect(shown).toMatchObject({ kind: 'waiting', show: { copyCode: expect.stringMatching(/^000201/) } });
    expect(await branch.totem.call(askCharge, { params })).toMatchObject({ kind: 'waiting' });
    branch.provider.pay(body.externalId);
    const paid = await branch.totem.call(askCharge, { params });
    expect(paid).toMatchObject({
      kind: 'confirmed',
      proof: { amountCents: 4_590, currency: 'BRL', endToEndId: cobOf(body.externalId)?.pix[0]?.endToEndId },
    });
    // From now on it is known here, whatever becomes of the provider.
    branch.provider.fault('lost_before');
    expect(await branch.totem.call(askCharge, { params })).toEqual(paid);
    expect(await branch.totem.call(putCharge, { params, body })).toEqual(paid);
  });

  test('is the same however often it is asked for, and another one under its id is refused', async () => {
    const { params, body } = branch.attempt();
    branch.provider.payers('walks_away');
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => branch.totem.call(putCharge, { params, body })),
    );
    for (const answer of answers) expect(answer).toMatchObject({ kind: 'waiting' });
    expect(await look.count('charge WHERE id = $1', [params.attemptId])).toBe(1);
    const others = [
      { ...body, amountCents: 1 },
      { ...body, reference: 'Senha B001' },
      { ...body, ticketId: newId<'ticket'>(systemEnv) },
    ];
    for (const other of others)
      expect(await refusalOf(branch.totem.call(putCharge, { params, body: other }))).toMatchObject({
        code: 'payment_exists',
      });
    const reused = { params: branch.attempt().params, body };
    expect(await refusalOf(branch.totem.call(putCharge, reused))).toMatchObject({ code: 'payment_exists' });
  });

  test.each([
    ['the answer is lost after the provider took it', 'lost_after'],
    ['the request is lost', 'lost_before'],
    ['the answer is no document', 'broken'],
    ['the provider is overloaded', 'overloaded'],
    ['the token has ended', 'token_ended'],
  ] as const)('is made once when %s', async (_, fault) => {
    const { params, body } = branch.attempt();
    branch.provider.payers('walks_away');
    branch.provider.fault(fault);
    await branch.totem.call(putCharge, { params, body });
    expect(await branch.totem.call(putCharge, { params, body })).toMatchObject({ kind: 'waiting' });
    branch.provider.pay(body.externalId);
    expect(await branch.totem.call(askCharge, { params })).toMatchObject({ kind: 'confirmed' });
    expect(cobOf(body.externalId)?.pix).toHaveLength(1);
  });

  test('that is cancelled cannot be paid, unless the payment came first', async () => {
    const { params, body } = branch.attempt();
    branch.provider.payers('walks_away', 'pays_at_last');
    await branch.totem.call(putCharge, { params, body });
    await branch.totem.call(askCharge, { params });
    expect(await branch.totem.call(cancelCharge, { params })).toMatchObject({ kind: 'canceled' });
    expect(cobOf(body.externalId)).toMatchObject({ status: 'REMOVIDA_PELO_USUARIO_RECEBEDOR', pix: [] });
    const raced = branch.attempt();
    await branch.totem.call(putCharge, raced);
    expect(await branch.totem.call(cancelCharge, { params: raced.params })).toMatchObject({
      kind: 'confirmed',
    });
  });

  test('of another site is nobody’s', async () => {
    const { params, body } = branch.attempt();
    await branch.totem.call(putCharge, { params, body });
    const siteId = await openSite(look, cloud.seed.tenantId, 'outra');
    const elsewhere = apiOf(cloud.url, (await enrolTotem(cloud, { siteId })).token);
    for (const route of [askCharge, cancelCharge])
      expect(await refusalOf(elsewhere.call(route, { params }))).toMatchObject({ code: 'not_found' });
    expect(await refusalOf(elsewhere.call(putCharge, { params, body }))).toMatchObject({
      code: 'payment_exists',
    });
  });
});

describe('a crash of the cloud', () => {
  /** A second node on the same database, which the first has left in the middle. */
  const another = () => testCloud({ ...keys, database: cloud.urls });

  test('before the wire leaves a charge that the next question does not take for absent', async () => {
    const { params, body } = branch.attempt();
    await interrupted(params.attemptId, body);
    expect(await branch.totem.call(askCharge, { params })).toEqual({
      kind: 'unknown',
      cause: 'request_under_way',
    });
    branch.provider.payers('walks_away');
    expect(await branch.totem.call(putCharge, { params, body })).toMatchObject({ kind: 'waiting' });
    expect(cobOf(body.externalId)?.valorCents).toBe(4_590);
  });

  test('before the wire, long ago, leaves no charge', async () => {
    const { params, body } = branch.attempt();
    await interrupted(params.attemptId, body);
    await look.rows(`UPDATE charge SET asking_until = now() - interval '1 second' WHERE id = $1`, [
      params.attemptId,
    ]);
    expect(await branch.totem.call(askCharge, { params })).toMatchObject({ kind: 'absent' });
    // What is gone is gone: it is not created behind the totem's back.
    expect(await branch.totem.call(putCharge, { params, body })).toMatchObject({ kind: 'absent' });
    expect(cobOf(body.externalId)).toBeUndefined();
  });

  test('between the answer of the provider and the commit neither doubles nor loses it', async () => {
    const { params, body } = branch.attempt();
    branch.provider.payers('walks_away');
    await branch.totem.call(putCharge, { params, body });
    branch.provider.pay(body.externalId);
    await forgotten(params.attemptId);
    const node = await another();
    try {
      const totem = apiOf(node.url, branch.device.token);
      expect(await totem.call(putCharge, { params, body })).toMatchObject({ kind: 'confirmed' });
      expect(cobOf(body.externalId)?.pix).toHaveLength(1);
    } finally {
      await node.close();
    }
  });

  /** The row as it is before the wire. */
  async function interrupted(id: string, body: ReturnType<PixBranch['attempt']>['body']): Promise<void> {
    await look.rows(
      `INSERT INTO charge (tenant_id, id, created_at, site_id, equipment_id, ticket_id, psp_account_id, adapter, external_id,
         amount_cents, currency, reference, expires_in_seconds, state, asking_until, updated_at)
       VALUES ($1, $2, now(), $3, $4, $5, $6, 'pix', $7, $8, $9, $10, $11, 'open', now() + interval '1 minute', now())`,
      [
        cloud.seed.tenantId,
        id,
        cloud.seed.siteId,
        branch.device.equipmentId,
        body.ticketId,
        branch.accountId,
        body.externalId,
        body.amountCents,
        body.currency,
        body.reference,
        body.expiresInSeconds,
      ],
    );
  }
  /** The row as it would be had the answer not been written down. */
  async function forgotten(id: string): Promise<void> {
    await look.rows(
      `UPDATE charge SET answer = NULL, state = 'open', asking_until = now() + interval '1 minute' WHERE id = $1`,
      [id],
    );
  }
});

describe('a call of the provider', () => {
  test('wakes the totem that waits, and is not believed', async () => {
    const { params, body } = branch.attempt();
    branch.provider.payers('walks_away');
    await branch.totem.call(putCharge, { params, body });
    const waiting = branch.totem.call(askCharge, { params, query: { wait: 25 } });
    // A call about what is not paid changes nothing.
    expect((await branch.hint(body.externalId)).status).toBe(200);
    branch.provider.pay(body.externalId);
    expect((await branch.hint(body.externalId)).status).toBe(200);
    expect(await waiting).toMatchObject({ kind: 'confirmed' });
  });

  test('about nothing that we know has no effect, and at no address of ours is not found', async () => {
    expect((await branch.hint('0'.repeat(32))).status).toBe(200);
    const answer = await fetch(`${cloud.url}/v1/psp/pix/${'A'.repeat(64)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"pix":[]}',
    });
    expect(answer.status).toBe(404);
  });

  test('about a payment that came too late shows it', async () => {
    const { params, body } = branch.attempt();
    branch.provider.payers('walks_away');
    await branch.totem.call(putCharge, { params, body });
    await branch.totem.call(cancelCharge, { params });
    branch.provider.pay(body.externalId);
    await branch.hint(body.externalId);
    await cloud.cloud.hintsFollowed();
    expect(await branch.totem.call(askCharge, { params })).toMatchObject({
      kind: 'confirmed',
      proof: { amountCents: 4_590 },
    });
    expect(await look.count('charge WHERE id = $1 AND paid_late', [params.attemptId])).toBe(1);
  });
});

describe('a refund by a totem', () => {
  test('is asked for once, asked about until it is done, and never more than was paid', async () => {
    const charged = branch.attempt();
    await branch.totem.call(putCharge, charged);
    await branch.totem.call(askCharge, { params: charged.params });
    const params = { ...charged.params, refundId: newId<'refund_order'>(systemEnv) };
    const body = { amountCents: 1_000, reason: 'Senha cancelada' };
    branch.provider.fault('lost_after');
    await branch.totem.call(refundCharge, { params, body });
    await branch.totem.call(refundCharge, { params, body });
    expect(await branch.totem.call(askChargeRefund, { params })).toMatchObject({ kind: 'refunded' });
    expect(cobOf(charged.body.externalId)?.pix[0]?.refunds).toMatchObject([
      { valorCents: 1_000, status: 'DEVOLVIDO' },
    ]);
    const more = { ...params, refundId: newId<'refund_order'>(systemEnv) };
    expect(
      await refusalOf(
        branch.totem.call(refundCharge, { params: more, body: { ...body, amountCents: 3_591 } }),
      ),
    ).toMatchObject({ code: 'refund_exceeds' });
    expect(await refusalOf(branch.totem.call(askChargeRefund, { params: more }))).toMatchObject({
      code: 'not_found',
    });
  });

  test('of what was not paid is refused', async () => {
    const charged = branch.attempt();
    branch.provider.payers('walks_away');
    await branch.totem.call(putCharge, charged);
    const params = { ...charged.params, refundId: newId<'refund_order'>(systemEnv) };
    const body = { amountCents: 1, reason: 'nada' };
    expect(await refusalOf(branch.totem.call(refundCharge, { params, body }))).toMatchObject({
      code: 'refund_not_paid',
    });
  });

  test('that the provider fails may be tried under another id', async () => {
    const charged = branch.attempt();
    await branch.totem.call(putCharge, charged);
    await branch.totem.call(askCharge, { params: charged.params });
    const body = { amountCents: 4_590, reason: 'Senha cancelada' };
    const first = { ...charged.params, refundId: newId<'refund_order'>(systemEnv) };
    branch.provider.fault('refund_fails');
    await branch.totem.call(refundCharge, { params: first, body });
    expect(await branch.totem.call(askChargeRefund, { params: first })).toMatchObject({ kind: 'failed' });
    const second = { ...charged.params, refundId: newId<'refund_order'>(systemEnv) };
    await branch.totem.call(refundCharge, { params: second, body });
    expect(await branch.totem.call(askChargeRefund, { params: second })).toMatchObject({ kind: 'refunded' });
  });
});

describe('an account at a provider', () => {
  test('says whether customers may be offered the method', async () => {
    const query = { method: 'pix' } as const;
    expect(await branch.totem.call(chargeReadiness, { query })).toEqual({ ready: true });
  });

  test('never answers its secrets, and none is in the database or the ledger as it is', async () => {
    const { admin, accountId, accountBody } = branch;
    const seen = JSON.stringify(await admin.call(ROUTES.getPspAccount, { params: { id: accountId } }));
    const { certificateUntil } = await admin.call(ROUTES.getPspAccount, { params: { id: accountId } });
    expect(Date.parse(certificateUntil ?? '')).toBeGreaterThan(systemEnv.now());
    const [stored] = await look.rows(
      `SELECT (SELECT string_agg(a::text, '') FROM psp_account a) || (SELECT string_agg(l::text, '') FROM audit_log l) AS all`,
    );
    for (const secret of [accountBody.clientSecret, accountBody.privateKey, accountBody.certificate])
      for (const place of [seen, String(stored?.all)]) expect(place).not.toContain(secret);
  });

  test('is one for a site, or for all sites', async () => {
    const { admin, accountBody } = branch;
    expect(await refusalOf(admin.call(ROUTES.createPspAccount, { body: accountBody }))).toMatchObject({
      code: 'already_exists',
    });
  });

  test('says in words what is wrong with it', async () => {
    const { admin, accountBody } = branch;
    const { certificate: _, privateKey: __, ...noCertificate } = accountBody;
    const { authority: ___, ...noAuthority } = accountBody;
    const wrong = [
      [{ ...accountBody, clientSecret: 'another' }, 'psp_refuses_credentials'],
      [noCertificate, 'psp_refuses_certificate'],
      [noAuthority, 'psp_not_believed'],
      [{ ...accountBody, tokenUrl: 'https://127.0.0.1:9/oauth/token' }, 'psp_unreachable'],
      [{ ...accountBody, tokenUrl: `${cloud.url}/health` }, 'psp_answers_wrong'],
    ] as const;
    for (const [body, code] of wrong) {
      const { id } = await admin.call(ROUTES.createPspAccount, { body: { ...body, active: false } });
      expect(await refusalOf(admin.call(ROUTES.checkPspAccount, { params: { id } }))).toMatchObject({ code });
    }
    await admin.call(ROUTES.checkPspAccount, { params: { id: branch.accountId } });
  });

  test('tells the provider where to call when it is tested, and says so when that is refused', async () => {
    const { admin, accountBody, provider } = branch;
    await admin.call(ROUTES.checkPspAccount, { params: { id: branch.accountId } });
    const { url } = await admin.call(ROUTES.getPspWebhook, { params: { id: branch.accountId } });
    expect(provider.webhooks.get(accountBody.pixKey ?? '')).toBe(url);
    const mute = await openPixSimulator({
      env: systemEnv,
      clientId: accountBody.clientId ?? '',
      clientSecret: accountBody.clientSecret,
      allowsWebhooks: false,
    });
    try {
      const { baseUrl, tokenUrl } = mute;
      const body = { ...accountBody, baseUrl, tokenUrl, active: false };
      const { id } = await admin.call(ROUTES.createPspAccount, { body });
      expect(await refusalOf(admin.call(ROUTES.checkPspAccount, { params: { id } }))).toMatchObject({
        code: 'psp_refuses_webhook',
        problem: { cause: 'token_400' },
      });
      expect(mute.webhooks.size).toBe(0);
    } finally {
      await mute.close();
    }
  });

  test('is refused with a key of another certificate', async () => {
    const { admin, accountBody } = branch;
    const body = { ...accountBody, active: false, certificate: accountBody.authority };
    expect(await refusalOf(admin.call(ROUTES.createPspAccount, { body }))).toMatchObject({
      code: 'psp_certificate_unfit',
    });
  });

  test('must be on the internet where the server does not say otherwise', async () => {
    const strict = await testCloud({ ...keys, database: cloud.urls, providersOnLoopback: false });
    try {
      const admin = apiOf(strict.url, await strict.signIn('admin'));
      const body = { ...branch.accountBody, active: false };
      expect(await refusalOf(admin.call(ROUTES.createPspAccount, { body }))).toMatchObject({
        code: 'psp_address_refused',
      });
    } finally {
      await strict.close();
    }
  });
});

test('a node that stops answers the totems that wait', async () => {
  const node = await testCloud({
    ...keys,
    database: cloud.urls,
    log: createLog('stopping', { level: 'silent' }),
    timers: systemTimers,
    jobsComeRound: false,
  });
  const totem = apiOf(node.url, branch.device.token);
  const { params, body } = branch.attempt();
  branch.provider.payers('walks_away');
  await totem.call(putCharge, { params, body });
  const asked = branch.called(`GET /api/v2/cob/${body.externalId}`);
  const waiting = totem.call(askCharge, { params, query: { wait: 25 } });
  await asked;
  await node.close();
  expect(await waiting).toMatchObject({ kind: 'waiting' });
});
