/** A receipt by mail, asked for on its public page: over a real relay, a few times a day, and with no address kept. */
import type { AddressInfo } from 'node:net';
import { ROUTES } from '@totem/api';
import { createLog, systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newSigningKey } from '../access/signing-key.ts';
import { newDataKeys } from '../secrets/vault.ts';
import { apiOf } from '../testing/api.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { payByPix } from '../testing/paid-payment.ts';
import { openPixBranch, type PixBranch } from '../testing/pix-branch.ts';

/** A real relay: what it was given, and what it says to the next mail. */
const mails: { readonly to: readonly string[]; readonly text: string }[] = [];
let refusesMail = false;
const relay = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      if (refusesMail) return done(Object.assign(new Error('no'), { responseCode: 451 }));
      mails.push({
        to: session.envelope.rcptTo.map(({ address }) => address),
        text: Buffer.concat(chunks).toString('utf8'),
      });
      done();
    });
  },
});

const keys = { signingKey: newSigningKey(), dataKeys: newDataKeys(systemEnv) };
const ADDRESS = 'quem.pagou@example.org';
const logged: string[] = [];
let cloud: TestCloud;
let look: Onlooker;
let branch: PixBranch;

beforeAll(async () => {
  await new Promise<void>((resolve) => void relay.listen(0, '127.0.0.1', resolve));
  cloud = await testCloud({
    ...keys,
    log: createLog('test', { level: 'debug', destination: { write: (line) => void logged.push(line) } }),
    messages: {
      allowsLoopback: true,
      mail: {
        url: `smtp://127.0.0.1:${(relay.server.address() as AddressInfo).port}`,
        from: 'Totem <totem@example.com>',
      },
    },
  });
  look = await onlooker(cloud.urls);
  branch = await openPixBranch(cloud);
});
beforeEach(async () => {
  mails.splice(0);
  refusesMail = false;
  await look.rows('DELETE FROM rate_limit');
});
afterAll(async () => {
  await branch.close();
  await look.close();
  await cloud.close();
  await new Promise<void>((resolve) => relay.close(resolve));
});

async function receipt() {
  const { paymentId } = await payByPix(cloud, branch);
  const operator = apiOf(cloud.url, await cloud.signIn('operador'));
  const issued = await operator.call(ROUTES.issueReceipt, { params: { id: paymentId }, body: {} });
  return { ...issued, paymentId, path: new URL(issued.verifyUrl).pathname };
}

/** Sends the form as a browser does, and follows where it is sent. */
async function ask(path: string, email: string, language = 'pt-BR') {
  const headers = { 'accept-language': language };
  const answer = await fetch(`${cloud.url}${path}/mail`, {
    method: 'POST',
    redirect: 'manual',
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ email }).toString(),
  });
  const location = answer.headers.get('location') ?? '';
  const shown = location === '' ? '' : await (await fetch(cloud.url + location, { headers })).text();
  return { status: answer.status, location, shown };
}
const decoded = (text: string) =>
  Buffer.from(
    text
      .replace(/=\r\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

describe('the public page of a receipt', () => {
  test.each([
    ['pt-BR', 'Receber por e-mail', 'Enviado', 'verdadeiro'],
    ['en', 'Have it by mail', 'Sent', 'genuine'],
    ['es', 'Recibir por correo', 'Enviado', 'auténtico'],
  ])(
    'sends it in the reader’s language (%s), as plain text with its address',
    async (language, label, told, word) => {
      const { path, code } = await receipt();
      const page = await fetch(cloud.url + path, { headers: { 'accept-language': language } });
      expect(page.headers.get('content-security-policy')).toContain("form-action 'self'");
      expect(await page.text()).toContain(label);
      const { status, location, shown } = await ask(path, ADDRESS, language);
      expect([status, location]).toEqual([303, `${path}?mail=sent`]);
      expect(shown).toMatch(new RegExp(`role="status">${told}`));
      expect(mails).toMatchObject([{ to: [ADDRESS] }]);
      const text = decoded(mails[0]?.text ?? '');
      for (const part of [code, path, word]) expect(text).toContain(part);
      expect(text).toContain('text/plain');
    },
  );

  test('keeps no address, and says in the ledger that it was sent', async () => {
    const { path, paymentId } = await receipt();
    await ask(path, ADDRESS);
    const entries = await look.rows(
      `SELECT data::text AS data, user_id FROM audit_log WHERE action = 'RECEIPT_MAILED' AND entity_id = $1`,
      [paymentId],
    );
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ user_id: null, data: expect.stringContaining('sent') });
    const tables = await look.rows(
      `SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace`,
    );
    for (const { relname } of tables)
      expect([
        relname,
        await look.count(`${relname} AS kept WHERE kept::text LIKE '%quem.pagou%'`, []),
      ]).toEqual([relname, 0]);
    expect(logged.join('')).not.toContain('quem.pagou');
  });

  test.each(['', 'quem', 'a@b', 'a@example.org\r\nBcc: b@example.org', `${'a'.repeat(300)}@example.org`])(
    'sends nothing to what is no address: %j',
    async (email) => {
      const { path } = await receipt();
      const { location, shown } = await ask(path, email);
      expect(location).toBe(`${path}?mail=invalid`);
      expect(shown).toContain('role="alert"');
      expect(mails).toEqual([]);
    },
  );

  test('sends one receipt a few times a day, and others still', async () => {
    const [one, other] = [await receipt(), await receipt()];
    const ends: string[] = [];
    for (let times = 0; times < 6; times += 1) ends.push((await ask(one.path, ADDRESS)).location);
    expect(ends.map((location) => location.split('=')[1])).toEqual([
      'sent',
      'sent',
      'sent',
      'sent',
      'sent',
      'often',
    ]);
    expect((await ask(other.path, ADDRESS)).location).toContain('mail=sent');
  });

  test('says of a network that has asked for many that it is the network’s, and not of the receipt', async () => {
    const { path } = await receipt();
    await ask(path, ADDRESS);
    await look.rows(`UPDATE rate_limit SET points = 60 WHERE key LIKE 'receipt_mail_from:%'`);
    const { location, shown } = await ask(path, ADDRESS);
    expect(location).toBe(`${path}?mail=crowded`);
    expect(shown).toContain('role="alert"');
    expect(mails).toHaveLength(1);
  });

  test('says so when the relay does not take it', async () => {
    const { path } = await receipt();
    refusesMail = true;
    expect((await ask(path, ADDRESS)).location).toBe(`${path}?mail=failed`);
  });

  test('of no receipt of ours sends nothing', async () => {
    const answer = await ask(`/r/${'A'.repeat(64)}`, ADDRESS);
    expect(answer.status).toBe(404);
    expect(mails).toEqual([]);
  });

  test('offers no mail where none leaves the installation', async () => {
    const { path } = await receipt();
    const node = await testCloud({ ...keys, database: cloud.urls });
    try {
      expect(await (await fetch(node.url + path)).text()).not.toContain('<form');
      const answer = await fetch(`${node.url}${path}/mail`, { method: 'POST' });
      expect(answer.status).toBe(404);
    } finally {
      await node.close();
    }
  });
});
