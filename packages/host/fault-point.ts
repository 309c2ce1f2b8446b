/**
 * Named places between two effects of a process, where the simulated world may end it. In a process that nobody watches they do
 * nothing, and a bundle leaves them out: nothing that is shipped can be made to fail by one.
 */

/** Of a totem. */
export const TOTEM_FAULT_POINTS = [
  /** The cloud has said where an origin ends, and nothing has come of it. */
  'outbox_asked',
  /** The cloud has acknowledged a batch, which is not written down. */
  'outbox_answered',
  /** Rows of the cloud have come, and are not kept. */
  'replica_received',
  /** A ticket is issued, and nobody has been told. */
  'ticket_issued',
  /** A command is done at the hub, and nobody has been told. */
  'hub_command_done',
  /** The hub holds a batch of another totem, which has not been told. */
  'hub_batch_taken',
  /** The cloud has acknowledged a batch of another totem, which is not written down. */
  'relay_answered',
  /** The hub holds a batch of this totem, and what it said of the cloud is not written down. */
  'handed_over',
  /** All that was done before its term is read, and the hub does not serve yet. */
  'takeover_read',
] as const;

/** Of a node of the cloud. */
export const CLOUD_FAULT_POINTS = [
  /** A batch is found to be good, and nothing of it is written. */
  'batch_judged',
  /** Entries and rows of a batch are on their way to the database, and its cursor is not. */
  'batch_written',
  /** A batch is committed, and neither its sender nor whoever waits for it has been told. */
  'batch_committed',
  /** A command is committed, and nobody has been told. */
  'command_committed',
  /** Changes are read from the log, and nobody who follows has them. */
  'changes_read',
] as const;

export type TotemFaultPoint = (typeof TOTEM_FAULT_POINTS)[number];
export type CloudFaultPoint = (typeof CLOUD_FAULT_POINTS)[number];

type Watch = (point: TotemFaultPoint | CloudFaultPoint) => void;

let watch: Watch | undefined;

/** The process comes by a point. @throws whatever who watches ends it by. */
export function faultPoint(point: TotemFaultPoint | CloudFaultPoint): void {
  watch?.(point);
}

/** Watches all points of this process; for the simulated world alone. */
export function watchFaultPoints(next: Watch): void {
  watch = next;
}
