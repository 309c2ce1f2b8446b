/** Receipts: one for each payment and refund, copies counted, a document, and a page on which anybody may verify one. */
import { inflateSync } from 'node:zlib';
import { ROUTES } from '@totem/api';
import { newId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiOf, refusalOf } from '../testing/api.ts';
import { payByPix } from '../testing/paid-payment.ts';
import { openPixBranch, type PixBranch } from '../testing/pix-branch.ts';

const { issueReceipt, listReceipts } = ROUTES;

let cloud: TestCloud;
let branch: PixBranch;
let operator: ReturnType<typeof apiOf>;
let token: string;

beforeAll(async () => {
  cloud = await testCloud();
  branch = await openPixBranch(cloud);
  token = await cloud.signIn('operador');
  operator = apiOf(cloud.url, token);
});
afterAll(async () => {
  await branch.close();
  await cloud.close();
});

/** Opens the address of a receipt as anybody would, in a language. */
async function open(verifyUrl: string, language = 'pt-BR') {
  const answer = await fetch(`${cloud.url}${new URL(verifyUrl).pathname}`, {
    headers: { 'accept-language': language },
  });
  return {
    status: answer.status,
    text: await answer.text(),
    policy: answer.headers.get('content-security-policy'),
  };
}

test('a payment has one receipt; asked for again, it is a copy', async () => {
  const { paymentId, code } = await payByPix(cloud, branch);
  const call = { params: { id: paymentId }, body: {} };
  const first = await operator.call(issueReceipt, call);
  expect(first).toMatchObject({
    kind: 'payment',
    paymentId,
    reprints: 0,
    code: expect.stringMatching(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$/),
  });
  expect(first.content).toMatchObject({
    ticketCode: code,
    amountCents: 4_590,
    currency: 'BRL',
    method: 'pix',
  });
  expect(first.text).toContain(first.code);
  expect(first.text).toContain('45,90');
  expect(await operator.call(issueReceipt, call)).toMatchObject({
    id: first.id,
    code: first.code,
    reprints: 1,
  });
  expect((await operator.call(listReceipts, { query: { paymentId } })).items).toHaveLength(1);
});

test('a refund has one of its own, once the money is back', async () => {
  const { paymentId } = await payByPix(cloud, branch);
  const { id: refundId } = await branch.admin.call(ROUTES.refundPayment, {
    params: { id: paymentId },
    body: { amountCents: 590, reason: 'Troco' },
  });
  const call = { params: { id: paymentId }, body: { refundId } };
  expect(await refusalOf(operator.call(issueReceipt, call))).toMatchObject({ code: 'refund_not_paid' });
  await cloud.cloud.runJob('settle_refunds');
  expect(await operator.call(issueReceipt, call)).toMatchObject({
    kind: 'refund',
    content: { kind: 'refund', amountCents: 590 },
  });
  const another = { params: { id: paymentId }, body: { refundId: newId<'refund_order'>(systemEnv) } };
  expect(await refusalOf(operator.call(issueReceipt, another))).toMatchObject({ code: 'not_found' });
});

test('anybody may verify one by its address, in their language, and sees what was given back since', async () => {
  const { paymentId } = await payByPix(cloud, branch);
  const { verifyUrl, code } = await operator.call(issueReceipt, { params: { id: paymentId }, body: {} });
  const before = await open(verifyUrl);
  expect(before).toMatchObject({ status: 200, policy: expect.stringContaining("default-src 'none'") });
  expect(before.text).toContain('Comprovante verdadeiro');
  expect(before.text).toContain(code);
  expect((await open(verifyUrl, 'en')).text).toContain('Genuine receipt');
  expect((await open(verifyUrl, 'es')).text).toContain('Comprobante auténtico');
  await branch.admin.call(ROUTES.refundPayment, {
    params: { id: paymentId },
    body: { amountCents: 1_000, reason: 'Desconto' },
  });
  await cloud.cloud.runJob('settle_refunds');
  expect((await open(verifyUrl)).text).toMatch(/Devolvido desde então: R\$\s10,00/);
});

test('no other address shows anything', async () => {
  const { paymentId } = await payByPix(cloud, branch);
  const { verifyUrl } = await operator.call(issueReceipt, { params: { id: paymentId }, body: {} });
  const capability = new URL(verifyUrl).pathname.slice('/r/'.length);
  const { url: hintUrl } = await branch.admin.call(ROUTES.getPspWebhook, {
    params: { id: branch.accountId as never },
  });
  const flipped = (capability.startsWith('A') ? 'B' : 'A') + capability.slice(1);
  // An address of another purpose opens no receipt.
  for (const other of ['x', 'A'.repeat(64), flipped, hintUrl.split('/').at(-1) ?? '']) {
    const { status, text } = await open(`http://totem/r/${other}`);
    expect([other, status]).toEqual([other, 404]);
    expect(text).toContain('Comprovante não encontrado');
  }
});

test('a receipt is a document, and the second one says that it is a copy', async () => {
  const { paymentId } = await payByPix(cloud, branch);
  const call = { params: { id: paymentId }, body: {} };
  const { id } = await operator.call(issueReceipt, call);
  const document = async () => {
    const answer = await fetch(`${cloud.url}/v1/receipts/${id}/pdf`, {
      headers: { authorization: `Bearer ${token}`, 'accept-language': 'pt-BR' },
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    return Buffer.from(await answer.arrayBuffer());
  };
  const first = await document();
  expect(first.subarray(0, 5).toString()).toBe('%PDF-');
  expect(textOf(first)).toContain('Comprovante de pagamento');
  expect(textOf(first)).not.toContain('2ª via');
  await operator.call(issueReceipt, call);
  expect(textOf(await document())).toContain('2ª via');
});

/** The words of a document whose streams are deflated and whose strings are hexadecimal. */
function textOf(pdf: Buffer): string {
  const source = pdf.toString('latin1');
  const streams = [...source.matchAll(/\/FlateDecode[\s\S]*?stream\n([\s\S]*?)\nendstream/g)].map(
    ([, data]) => inflateSync(Buffer.from(data ?? '', 'latin1')).toString('latin1'),
  );
  const lines = streams.join('\n').match(/\[[^\]]*\] TJ/g) ?? [];
  return lines
    .map((line) =>
      [...line.matchAll(/<([0-9a-f]+)>/g)]
        .map(([, hex]) => Buffer.from(hex ?? '', 'hex').toString('latin1'))
        .join(''),
    )
    .join('\n');
}
