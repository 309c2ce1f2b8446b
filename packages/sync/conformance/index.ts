/** The conformance suite for shape servers, and what a store or server needs to be put under it. */
export type { MatrixOptions } from './matrix.ts';
export type { OracleOptions } from './oracle.ts';
export { describeShapeServer } from './shape-conformance.ts';
export {
  type ConformanceTable,
  type ConformanceTableName,
  conformanceTables,
  type Probe,
  resolveProbe,
  shapeOfProbe,
} from './tables.ts';
export {
  type ShapeStore,
  type ShapeWorld,
  type ShapeWorldSetup,
  type WorldParts,
  worldOver,
} from './world.ts';
