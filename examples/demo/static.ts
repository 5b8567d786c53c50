import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';

const files = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/page.js', file: 'page.js', type: 'text/javascript; charset=utf-8' },
  { path: '/page.css', file: 'page.css', type: 'text/css; charset=utf-8' },
];

const securityHeaders = {
  // The page tries any WebSocket address; besides that nothing is loaded from elsewhere.
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    'img-src data:',
    "connect-src 'self' ws: wss:",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // Not no-referrer: that would make the Origin of the page's own POST `null`.
  'Referrer-Policy': 'same-origin',
};

/**
 * Makes the part of a request listener that serves the demo page. It answers `/`, `/page.js` and `/page.css`, and
 * says whether it did; other paths are left to the caller. The files are read once, now.
 *
 * ```ts
 * const page = servePage();
 * createServer((request, response) => page(request, response) || response.writeHead(404).end());
 * ```
 */
export function servePage(): (request: IncomingMessage, response: ServerResponse) => boolean {
  const pages = new Map(files.map(({ path, file, type }) => [path, read(file, type)]));

  return (request, response) => {
    const page = pages.get((request.url ?? '').replace(/\?.*/, ''));
    if (page === undefined) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD', ...securityHeaders }).end();
      return true;
    }
    const known = request.headers['if-none-match']?.includes(page.headers.ETag) ?? false;
    response.writeHead(known ? 304 : 200, page.headers);
    response.end(known || request.method === 'HEAD' ? undefined : page.body);
    return true;
  };
}

function read(file: string, type: string) {
  const body = readFileSync(new URL(`./page/${file}`, import.meta.url));
  const headers = {
    'Content-Type': type,
    'Content-Length': body.length,
    // The browser keeps the file and asks each time whether it is still the newest.
    'Cache-Control': 'no-cache',
    ETag: `"${createHash('sha256').update(body).digest('base64url')}"`,
    ...securityHeaders,
  };
  return { body, headers };
}
