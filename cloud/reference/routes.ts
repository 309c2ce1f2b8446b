/**
 * The reference of the API for people: the OpenAPI document as this very server mounts it, and a page that shows it. The page
 * is Swagger UI, from our own origin, with nothing inline: the same rules for scripts hold as everywhere.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Hono } from 'hono';
import { openApiDocument } from '../rest/openapi.ts';

const FOLDER = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
/** The files of Swagger UI that the page uses; no others of it are served. */
const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};
/** They change with a release, and are large. */
const FOR_AN_HOUR = 'public, max-age=3600';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Totem API</title>
<link rel="icon" href="/v1/reference/favicon-32x32.png">
<link rel="stylesheet" href="/v1/reference/swagger-ui.css">
</head>
<body>
<main id="reference"></main>
<noscript><p>The document itself is at <a href="/v1/openapi.json">/v1/openapi.json</a>.</p></noscript>
<script src="/v1/reference/swagger-ui-bundle.js"></script>
<script src="/v1/reference/start.js"></script>
</body>
</html>
`;

/** Operations are folded, and a token that is tried out stays in the page. */
const START = `SwaggerUIBundle({
  url: '/v1/openapi.json',
  dom_id: '#reference',
  docExpansion: 'none',
  defaultModelsExpandDepth: 0,
  filter: true,
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

export function referenceRoutes(): Hono {
  let document: string | undefined;
  const app = new Hono()
    .get('/v1/openapi.json', (c) => {
      document ??= JSON.stringify(openApiDocument());
      return c.body(document, 200, { 'content-type': 'application/json', 'cache-control': FOR_AN_HOUR });
    })
    .get('/v1/reference', (c) => c.html(PAGE))
    .get('/v1/reference/start.js', (c) =>
      c.body(START, 200, { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': FOR_AN_HOUR }),
    );
  for (const [name, type] of Object.entries(FILES))
    app.get(`/v1/reference/${name}`, async (c) => {
      const bytes = await readFile(join(FOLDER, name));
      return c.body(bytes, 200, { 'content-type': type, 'cache-control': FOR_AN_HOUR });
    });
  return app;
}
