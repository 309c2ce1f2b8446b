/**
 * What systemd is told of a service that it supervises: that it serves, and then again and again that it is alive, which an
 * event loop that hangs cannot say. Node has no datagram sockets of the system, so systemd's own program carries the words.
 */
import { execFile } from 'node:child_process';
import type { Lifecycle } from './lifecycle.ts';

/** Thrice within the time after which systemd would start the service again. */
const SIGNS_EACH_LIMIT = 3;

/** Tells systemd, if it asked (sd_notify(3), sd_watchdog_enabled(3)). The unit must have `NotifyAccess=all`. */
export function tellSupervisor(lifecycle: Lifecycle, environment: NodeJS.ProcessEnv = process.env): void {
  if (environment.NOTIFY_SOCKET === undefined) return;
  const say = (word: string) =>
    // What cannot be said is missed by systemd itself, which then does what its unit says.
    void execFile('systemd-notify', [word], { env: environment }, () => {});
  say('READY=1');
  lifecycle.onStop('supervisor', () => say('STOPPING=1'));
  const limitMs = Number(environment.WATCHDOG_USEC ?? 0) / 1_000;
  if (!(limitMs > 0)) return;
  const timer = setInterval(() => say('WATCHDOG=1'), limitMs / SIGNS_EACH_LIMIT);
  timer.unref();
  lifecycle.onStop('watchdog', () => clearInterval(timer));
}
