/** The reference of the API: the document, and a page that needs nothing from elsewhere. */
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApiDocument } from '../rest/openapi.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await testCloud();
});
afterAll(() => cloud.close());

test('the document that is served is made from the routes', async () => {
  const answer = await fetch(`${cloud.url}/v1/openapi.json`);
  const made = JSON.parse(JSON.stringify(openApiDocument()));
  expect([answer.status, await answer.json()]).toEqual([200, made]);
});

test('whatever the page names is of this origin, and is there', async () => {
  const page = await fetch(`${cloud.url}/v1/reference`);
  const html = await page.text();
  const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
  expect(named.length).toBeGreaterThan(3);
  for (const address of named) {
    expect(address).toMatch(/^\/v1\//);
    expect((await fetch(`${cloud.url}${address}`)).status).toBe(200);
  }
  expect(html).not.toMatch(/<script>|style="|onload=/);
});

test('nothing else of the library is served', async () => {
  for (const name of ['index.html', 'package.json', 'swagger-ui-bundle.js.map', '..%2fpackage.json'])
    expect((await fetch(`${cloud.url}/v1/reference/${name}`)).status).toBe(404);
});
