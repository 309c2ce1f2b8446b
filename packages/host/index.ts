/** What every Node process of the product needs, by name. */
export {
  type MintedToken,
  mintAccessToken,
  type TokenBearer,
  type TokenIssuer,
  verifyAccessToken,
} from './access-tokens.ts';
export { ConfigError, parseConfig } from './config.ts';
export {
  type BodyEncoder,
  createBodyEncoder,
  type EncodedAnswer,
  plainTags,
} from './content-encoding.ts';
export {
  CLOUD_FAULT_POINTS,
  type CloudFaultPoint,
  faultPoint,
  TOTEM_FAULT_POINTS,
  type TotemFaultPoint,
  watchFaultPoints,
} from './fault-point.ts';
export type { EndedRequest, HttpWatch, SocketRefusal } from './http-watch.ts';
export { createLifecycle, type Lifecycle, stopOnSignals } from './lifecycle.ts';
export { createLog, LOG_LEVELS, type Log, type LogLevel } from './log.ts';
export {
  countProcess,
  countRequests,
  createRegistry,
  type MetricSpec,
  metricSpecs,
  serveMetrics,
} from './metrics.ts';
export { announceReady, type Ready, readySchema } from './parent.ts';
export { onNotFound, onProblem, PROBLEM_TYPE, type Problem, problemOf, requestLocale } from './problem.ts';
export { currentRequest, type RequestMark, UNMATCHED } from './request-mark.ts';
export {
  type HttpFront,
  type Served,
  type ServeLimits,
  type ServeOptions,
  serveHttp,
  type TlsCredentials,
} from './serve.ts';
export { notifyService, type ServiceNotifyOptions } from './service-notify.ts';
export { systemEnv, systemTimers } from './system.ts';
