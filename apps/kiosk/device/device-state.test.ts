/** What a customer is told of the device and of the paper. */
import {
  type DevicePart,
  type DeviceStatusRow,
  newId,
  type PartState,
  PRINT_STATES,
  type PrintJobRow,
  type PrintState,
} from '@totem/domain';
import { NOON_MONDAY, virtualWorld } from '@totem/testkit/virtual';
import { describe, expect, it } from 'vitest';
import { deviceState, paperOf } from './device-state.ts';

const { env } = virtualWorld({ now: NOON_MONDAY });
const base = () => ({
  tenantId: newId<'tenant'>(env),
  siteId: newId<'site'>(env),
  createdAt: '2026-11-23T15:00:00.000Z',
  updatedAt: '2026-11-23T15:00:00.000Z',
});
const part = (
  name: DevicePart,
  state: PartState,
  detail: DeviceStatusRow['detail'] = {},
): DeviceStatusRow => ({
  ...base(),
  id: newId<'device_status'>(env),
  part: name,
  state,
  detail,
});
const ticketId = newId<'ticket'>(env);
const job = (state: PrintState, over: Partial<PrintJobRow> = {}): PrintJobRow => ({
  ...base(),
  id: newId<'print_job'>(env),
  ticketId,
  state,
  cause: null,
  copy: 1,
  ...over,
});

const fine = deviceState([]);

describe('the device', () => {
  it('serves as long as no part says otherwise', () => {
    expect(fine).toEqual({ outOfService: null, printer: null, isCloudAway: false });
    expect(deviceState([part('device', 'warning'), part('disk', 'unknown'), part('clock', 'fault')])).toEqual(
      fine,
    );
  });

  it.each([
    ['device', {}, 'device_suspended'],
    ['disk', {}, 'storage_fault'],
    ['device', { code: 'protocol_unsupported' }, 'protocol_unsupported'],
    ['device', { code: 'no such code' }, 'device_suspended'],
  ] as const)('a fault of its %s with %j closes it with %s', (name, detail, code) => {
    expect(deviceState([part(name, 'fault', detail)]).outOfService).toBe(code);
  });

  it.each([
    [{ code: 'printer_paper_out' }, 'printer_paper_out'],
    [{ cause: 'cover_open' }, 'printer_cover_open'],
    [{}, 'printer_error'],
  ])('a printer at fault with %j never closes it, and is named %s', (detail, code) => {
    expect(deviceState([part('printer', 'fault', detail)])).toEqual({ ...fine, printer: code });
  });

  it('paper that is low is the business of staff', () => {
    expect(deviceState([part('printer', 'warning', { code: 'printer_paper_out' })])).toEqual(fine);
  });

  it.each(['fault', 'warning'] as const)('a cloud in %s is away', (state) => {
    expect(deviceState([part('cloud', state)]).isCloudAway).toBe(true);
  });
});

describe('the paper', () => {
  const jammed = deviceState([part('printer', 'fault', { code: 'printer_cover_open' })]);

  it.each([
    ['queued', fine, { kind: 'printing' }],
    ['sent', fine, { kind: 'printing' }],
    ['confirmed', fine, { kind: 'printed' }],
    ['unknown', fine, { kind: 'unknown' }],
    ['failed', fine, { kind: 'not_printed', code: 'printer_error' }],
    ['expired', fine, { kind: 'not_printed', code: 'printer_error' }],
    ['queued', jammed, { kind: 'not_printed', code: 'printer_cover_open' }],
    ['sent', jammed, { kind: 'printing' }],
    ['confirmed', jammed, { kind: 'printed' }],
    ['failed', jammed, { kind: 'not_printed', code: 'printer_cover_open' }],
  ] as const)('of a job that is %s', (state, device, paper) => {
    expect(paperOf([job(state)], ticketId, device)).toEqual(paper);
  });

  it('has an answer for every state of a job', () => {
    for (const state of PRINT_STATES) expect(paperOf([job(state)], ticketId, fine).kind).toBeTruthy();
  });

  it('is on its way before its job was heard of, and other tickets do not matter', () => {
    const other = job('confirmed', { ticketId: newId<'ticket'>(env) });
    expect(paperOf([other], ticketId, fine)).toEqual({ kind: 'printing' });
  });

  it('failed for the cause that its job names', () => {
    expect(paperOf([job('failed', { cause: 'paper_out' })], ticketId, fine)).toEqual({
      kind: 'not_printed',
      code: 'printer_paper_out',
    });
  });

  it('is that of the latest copy', () => {
    expect(paperOf([job('unknown'), job('confirmed', { copy: 2 })], ticketId, fine)).toEqual({
      kind: 'printed',
    });
  });
});
