/** The contract of the API, by name: routes as data, their schemas, and the client that is made from them. */
export {
  type ApiClient,
  type ApiClientOptions,
  ApiError,
  type CallOf,
  createApiClient,
  etagOf,
  type Fetch,
} from './client.ts';
export { ROUTE_NAMES, ROUTES, type RouteName, type Routes } from './contract.ts';
export {
  type Access,
  type AnswerOf,
  type AnswerSpec,
  type BodyInput,
  type BodyOf,
  METHODS,
  type Method,
  type ParamsInput,
  type ParamsOf,
  type QueryInput,
  type QueryOf,
  type Route,
  TAGS,
  type Tag,
} from './route.ts';
export type { ChargeAnswer, ChargeRefundAnswer } from './routes/charges.ts';
export { FILM_BYTES_MAX, FILM_TYPES, MEDIA_TYPES, PICTURE_BYTES_MAX } from './routes/media.ts';
export { DIFFERENCE_KINDS } from './routes/payment-exceptions.ts';
export { PSP_ADAPTERS, type PspAdapter } from './routes/psp-accounts.ts';
export { isPublicAddress } from './schemas/addresses.ts';
export {
  EVENT_DATA,
  EVENT_SUMMARIES,
  EVENTS,
  type EventData,
  type EventName,
  TEST_EVENT,
} from './schemas/events.ts';
