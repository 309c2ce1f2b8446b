/** What a device and the cloud say to each other about the device itself, besides its ledger and its shapes. */
export { type DeviceStatus, deviceStatusSchema } from './status.ts';
