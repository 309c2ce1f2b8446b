/**
 * What the sync package offers: the shape server over any change log, and the change log in memory.
 */
export {
  type Caching,
  invalidAnswer,
  methodAnswer,
  privateCaching,
  refetchAnswer,
  refusedAnswer,
  type ShapeAnswer,
  shapeAllowedHeaders,
  shapeExposedHeaders,
  sharedCaching,
  unavailableAnswer,
} from './shape/answer.ts';
export {
  type Change,
  type ChangeLog,
  type ChangeOperation,
  type ChangePage,
  type ColumnType,
  type Comparison,
  changeOperations,
  positionMax,
  type RowCondition,
  type ShapeDefinition,
  type Snapshot,
  type SnapshotTransactions,
  type TextRow,
} from './shape/change-log.ts';
export type { ShapeRequest, ShapeResolution, ShapeResolver, ShapeServerParts } from './shape/core.ts';
export { type RefetchReason, refetchReasons, type ShapeEvent } from './shape/events.ts';
export { assertServable, matches } from './shape/filter.ts';
export { type Frozen, fingerprintOf } from './shape/handle.ts';
export { defaultShapeLimits, type ShapeLimits } from './shape/limits.ts';
export {
  createMemoryChangeLog,
  type MemoryChangeLog,
  type MemoryChangeLogParts,
  type RowOperation,
} from './shape/memory-log.ts';
export {
  createStopSource,
  type StopSignal,
  type StopSource,
} from './shape/ports.ts';
export { type FieldErrors, parseShapeQuery, type Replica, type ShapeQuery } from './shape/request.ts';
export { createSeal, type Seal } from './shape/seal.ts';
export { createShapeServer, type ShapeServer } from './shape/server.ts';
