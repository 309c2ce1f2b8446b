/** What is refused and how, and the headers of every answer. */
import { describe, expect, it } from 'vitest';
import { shapeExposedHeaders } from '../shape/answer.ts';
import { insertItem, insertItems, northItems, tenantA } from './rows.ts';
import { placeOf, useStage } from './stage.ts';
import type { ShapeWorldSetup } from './world.ts';

/** Parameters beside a valid handle, and the field that the answer blames. */
const refused: readonly (readonly [string, Record<string, string>])[] = [
  ['offset', { offset: '' }],
  ['offset', { offset: 'later' }],
  ['offset', { offset: '12' }],
  ['offset', { offset: '-2' }],
  ['offset', { offset: '1_-1' }],
  ['offset', { offset: '1.5_0' }],
  ['offset', { offset: '0/1A_0' }],
  ['offset', { offset: `${'9'.repeat(30)}_0` }],
  ['handle', { offset: '5_0', handle: '' }],
  ['live', { offset: '-1', live: 'true' }],
  ['live', { offset: 'now', live: 'true' }],
  ['live', { offset: '-1', live: 'yes' }],
  ['live_sse', { offset: '0_0', live: 'true', live_sse: 'true' }],
  ['experimental_live_sse', { offset: '0_0', live: 'true', experimental_live_sse: 'true' }],
  ['log', { offset: '-1', log: 'changes_only' }],
  ['log', { offset: '-1', log: 'some' }],
  ['replica', { offset: '-1', replica: 'half' }],
  ['table', { offset: '-1', table: 'item' }],
  ['where', { offset: '-1', where: 'true' }],
  ['columns', { offset: '-1', columns: 'id' }],
  ['params', { offset: '-1', params: '{}' }],
  ['params[1]', { offset: '-1', 'params[1]': 'x' }],
  ...['where', 'params', 'limit', 'offset', 'order_by', 'where_expr', 'order_by_expr'].map(
    (name) => [`subset__${name}`, { offset: '-1', [`subset__${name}`]: '1' }] as const,
  ),
];

const accepted: readonly Record<string, string>[] = [
  { offset: '-1', log: 'full' },
  { offset: '-1', live: 'false' },
  { offset: '-1', live: '' },
  { offset: '-1', live: '0' },
  { offset: '-1', live_sse: 'false' },
  { offset: '-1', replica: 'full' },
  { offset: '-1', cursor: '', expired_handle: 'x', 'cache-buster': 'y', secret: 's', anything: 'z' },
  { offset: 'now' },
  { offset: '0_inf' },
];

export function describeRequests(setup: ShapeWorldSetup): void {
  describe('a request', () => {
    const stage = useStage(setup);

    it.each(refused)(
      'whose %s is wrong or not served is refused by name: %j (I-SHP-13)',
      async (field, parameters) => {
        const { handle } = await stage().catchUp(northItems);
        const answer = await stage().ask(northItems, { handle, ...parameters });
        expect(answer.status).toBe(400);
        expect(answer.headers.get('cache-control')).toBe('no-store');
        expect(answer.json()).toEqual({
          message: 'Invalid request',
          errors: expect.objectContaining({ [field]: [expect.any(String)] }),
        });
      },
    );

    it('without an offset is refused (I-SHP-13)', async () => {
      const answer = await stage().ask(northItems, {});
      expect(answer.status).toBe(400);
      expect(answer.json()).toMatchObject({ errors: { offset: ["can't be blank"] } });
    });

    it.each(accepted)('with %j is served (I-SHP-13)', async (parameters) => {
      const { handle } = await stage().catchUp(northItems);
      expect((await stage().ask(northItems, { handle, ...parameters })).status).toBe(200);
    });

    it('for no known shape is refused in the form of the protocol (I-SHP-13)', async () => {
      const response = await fetch(`${stage().url}?offset=-1`);
      expect(response.status).toBe(404);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toEqual({ code: 'unknown_shape', message: expect.any(String) });
    });

    it('by POST, which is for subsets, is refused (I-SHP-13)', async () => {
      const body = JSON.stringify({ where: 'true' });
      const answer = await stage().ask(northItems, { offset: '-1' }, { method: 'POST', body });
      expect(answer.status).toBe(400);
      expect(answer.json()).toMatchObject({ errors: { subset: [expect.any(String)] } });
    });

    it.each(['DELETE', 'PUT', 'PATCH'])('by %s is not allowed (I-SHP-13)', async (method) => {
      const answer = await stage().ask(northItems, { offset: '-1' }, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe('GET, HEAD');
    });

    it('by HEAD has the headers of GET and no body (I-SHP-15)', async () => {
      const answer = await stage().ask(northItems, { offset: '-1' }, { method: 'HEAD' });
      expect(placeOf(answer).offset).toBe('0_0');
      expect(answer.text).toBe('');
    });
  });
}

export function describeHeaders(setup: ShapeWorldSetup): void {
  describe('an answer', () => {
    const stage = useStage(setup);

    it('has every header that the client requires, and only ones that pages may read (I-SHP-15)', async () => {
      await stage().write(tenantA, insertItems('a', 12));
      const { answers, handle, offset } = await stage().catchUp(northItems);
      await stage().write(tenantA, [insertItem('b')]);
      const live = await stage().ask(northItems, { handle, offset, live: 'true' });
      for (const { headers } of [...answers, live]) {
        expect(headers.get('content-type')).toBe('application/json');
        expect(headers.get('cache-control')).toBe('private, no-store');
        expect(headers.get('vary')).toBe('authorization');
        expect(headers.get('electric-has-data')).toMatch(/^(true|false)$/);
        const own = [...headers.keys()].filter((name) => name.startsWith('electric-') || name === 'etag');
        expect(own.filter((name) => !shapeExposedHeaders.some((exposed) => exposed === name))).toEqual([]);
      }
      for (const { headers } of answers) expect(headers.has('electric-schema')).toBe(true);
      expect(live.headers.has('electric-cursor')).toBe(true);
    });

    it('describes the served columns in its schema (I-SHP-15)', async () => {
      const { headers } = await stage().ask(
        { ...northItems, columns: ['id', 'big', 'tags'] },
        { offset: '-1' },
      );
      expect(JSON.parse(headers.get('electric-schema') ?? '')).toEqual({
        id: { type: 'text', not_null: true, pk_index: 0 },
        big: { type: 'int8' },
        tags: { type: 'text', dims: 1 },
      });
    });

    it('is tagged, and a known tag is answered 304 (I-SHP-15)', async () => {
      const { handle, offset } = await stage().catchUp(northItems);
      const first = await stage().ask(northItems, { handle, offset });
      const etag = first.headers.get('etag') ?? '';
      expect(etag).toBe(`"${handle}:${offset}:${offset}"`);
      const conditional = { headers: { 'if-none-match': etag } };
      expect((await stage().ask(northItems, { handle, offset }, conditional)).status).toBe(304);
      await stage().write(tenantA, [insertItem('a')]);
      expect((await stage().ask(northItems, { handle, offset }, conditional)).status).toBe(200);
    });
  });
}
