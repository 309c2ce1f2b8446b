/** What a device and the cloud say to each other about the device itself, besides its ledger and its shapes. */
export { type KeyRotation, keyRotationSchema } from './key.ts';
export {
  type DeviceAnswer,
  type DeviceStatus,
  deviceAnswerSchema,
  deviceStatusSchema,
  ERASURES_AT_ONCE,
  type ErasureMark,
  erasureMarkSchema,
} from './status.ts';
