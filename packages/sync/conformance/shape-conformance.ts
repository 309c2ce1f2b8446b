/**
 * One suite for every shape server: PostgreSQL, SQLite, memory; cloud and hub. It covers each row of the protocol that
 * the client relies on, by plain requests and with the official client over real sockets.
 */
import { describe } from 'vitest';
import { describeClient, describeClientRecovery } from './client.ts';
import { describeChunks, describeInitialRows, describeLog, describeUpdates } from './conversation.ts';
import { describeFrozenValues, describeHandles, describePositions } from './handles.ts';
import { describeBeyondHead, describeLive, describeLiveClients } from './live.ts';
import { describeMatrix, type MatrixOptions } from './matrix.ts';
import { describeOracle, type OracleOptions } from './oracle.ts';
import { describeHeaders, describeRequests } from './requests.ts';
import type { ShapeWorldSetup } from './world.ts';

/** Declares the whole suite for a server. `setup` opens a fresh, empty world for each test. */
export function describeShapeServer(
  name: string,
  setup: ShapeWorldSetup,
  options: OracleOptions & MatrixOptions = {},
): void {
  describe(`shape server over ${name}`, () => {
    describeInitialRows(setup);
    describeChunks(setup);
    describeLog(setup);
    describeUpdates(setup);
    describeHandles(setup);
    describePositions(setup);
    describeFrozenValues(setup);
    describeLive(setup);
    describeLiveClients(setup);
    describeBeyondHead(setup);
    describeRequests(setup);
    describeHeaders(setup);
    describeClient(setup);
    describeClientRecovery(setup);
    describeOracle(setup, options);
    describeMatrix(setup, options);
  });
}
