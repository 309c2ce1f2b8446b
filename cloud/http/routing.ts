/**
 * What is decided about a request before any route sees it: which route it is for, by its pattern, and what to say where there
 * is none: 404 for a path that nothing answers, 405 with what it takes for one that something does.
 */
import { ProblemError } from '@totem/domain';
import { currentRequest, type HttpFront, problemOf, requestLocale } from '@totem/host';
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';

/** Methods in the order in which `Allow` names them. */
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
/** What is registered for every method decides about none: middleware. */
const ANY_METHOD = 'ALL';

/** @param root the app whose routes are looked at, once they are all there. */
export function routed(root: Hono): MiddlewareHandler {
  return async (c, next) => {
    const route = matchedRoutes(c).find(({ method }) => method !== ANY_METHOD);
    if (route === undefined) {
      const allowed = methodsOf(root, c.req.path);
      if (allowed.length === 0) throw new ProblemError('not_found');
      return methodNotAllowed(c, allowed);
    }
    const request = currentRequest();
    if (request !== undefined) request.route = patternOf(route.path);
    return next();
  };
}

/** A front whose requests are named by the path that they are for: it has one, and it is no pattern. */
export function markedFront(front: HttpFront): HttpFront {
  return (incoming, outgoing) => {
    if (!front(incoming, outgoing)) return false;
    const request = currentRequest();
    const [path = '', query = ''] = (incoming.url ?? '').split('?', 2);
    if (request !== undefined) {
      request.route = path;
      request.isHeld = new URLSearchParams(query).get('live') === 'true';
    }
    return true;
  };
}

/** A pattern as the contract writes it: `/v1/sites/{id}`. */
export function patternOf(path: string): string {
  return path.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}');
}

function methodsOf(root: Hono, path: string): string[] {
  const known = METHODS.filter((method) => {
    const [handlers] = root.router.match(method, path);
    return handlers.some(([[, route]]) => route.method !== ANY_METHOD);
  });
  return known.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

function methodNotAllowed(c: Context, allowed: readonly string[]): Response {
  const { document, headers } = problemOf(new ProblemError('method_not_allowed'), requestLocale(c));
  return c.body(JSON.stringify(document), 405, { ...headers, allow: allowed.join(', ') });
}
