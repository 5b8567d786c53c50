import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';

const files = ['index.html', 'page.css', 'page.js', 'dom.js', 'format.js', 'gauges.js', 'pressure.css', 'pressure.js'];

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

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
 * Makes the part of a request listener that serves the demo page. It answers `/`, `/page.js` and the
 * other files of the page, and says whether it did; other paths are left to the caller. The files are read once, now.
 *
 * ```ts
 * const page = servePage();
 * createServer((request, response) => page(request, response) || response.writeHead(404).end());
 * ```
 */
export function servePage(): (request: IncomingMessage, response: ServerResponse) => boolean {
  const pages = new Map(files.map((file) => [file === 'index.html' ? '/' : `/${file}`, read(file)]));

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

function read(file: string) {
  const body = readFileSync(new URL(`./page/${file}`, import.meta.url));
  const headers = {
    'Content-Type': types[extname(file)] ?? '',
    'Content-Length': body.length,
    // The browser keeps the file and asks each time whether it is still the newest.
    'Cache-Control': 'no-cache',
    ETag: `"${createHash('sha256').update(body).digest('base64url')}"`,
    ...securityHeaders,
  };
  return { body, headers };
}
