import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { of } from 'rxjs';
import { route } from 'sluice';
import { expect, test } from 'vitest';
import { type Answer, frame, op, RawClient, upgradeRequest } from '../support/raw-client.ts';
import { listening } from '../support/server.ts';

const routes = [
  route('/echo', ({ in$ }) => in$),
  route('/hello', () => of('Hello!')),
  route('/chat/:room', ({ params }) => of(params.room)),
];

/** Sends a text and reads the answer, after which the connection ends. */
async function answerTo(port: number, text: string, options: { head?: boolean } = {}): Promise<Answer> {
  const client = await RawClient.connect(port);
  client.write(text);
  const answer = await client.answer(options);
  if (answer.status !== 101) {
    await client.ended;
    expect(client.rest).toHaveLength(0);
  }
  client.socket.destroy();
  return answer;
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;

/** An upgrade request to /echo with other headers, and the status with which it is refused. */
const refused: ReadonlyArray<readonly [name: string, request: string, status: number]> = [
  ['a missing key', upgradeRequest('/echo', { 'Sec-WebSocket-Key': undefined }), 400],
  ['a key that is not 16 bytes', upgradeRequest('/echo', { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZQ==' }), 400],
  ['two keys', upgradeRequest('/echo', { 'Sec-WebSocket-Key': [`${'A'.repeat(22)}==`, `${'B'.repeat(22)}==`] }), 400],
  ['a missing version', upgradeRequest('/echo', { 'Sec-WebSocket-Version': undefined }), 426],
  ['version 8', upgradeRequest('/echo', { 'Sec-WebSocket-Version': '8' }), 426],
  ['version 013', upgradeRequest('/echo', { 'Sec-WebSocket-Version': '013' }), 426],
  ['versions 13 and 8', upgradeRequest('/echo', { 'Sec-WebSocket-Version': '13, 8' }), 426],
  ['HTTP/1.0', upgradeRequest('/echo', {}, 'GET /echo HTTP/1.0'), 400],
  ['no Host', upgradeRequest('/echo', { Host: undefined }), 400],
  ['two Hosts', upgradeRequest('/echo', { Host: ['a', 'b'] }), 400],
  ['two Origins', upgradeRequest('/echo', { Origin: ['http://a', 'http://a'] }), 400],
  ['a body', upgradeRequest('/echo', { 'Content-Length': '5' }), 400],
  ['a body in chunks', upgradeRequest('/echo', { 'Transfer-Encoding': 'chunked' }), 400],
  ['an empty list of subprotocols', upgradeRequest('/echo', { 'Sec-WebSocket-Protocol': '' }), 400],
  ["a path that cannot be decoded and is nobody's", upgradeRequest('/%zz'), 400],
  ['an empty Host', upgradeRequest('/echo', { Host: '' }), 400],
  ['a Host with a path', upgradeRequest('/echo', { Host: 'a/b' }), 400],
  ['a Host with a user', upgradeRequest('/echo', { Host: 'user@a' }), 400],
  ['a Host with a space', upgradeRequest('/echo', { Host: 'a b' }), 400],
  ['a Host whose port is no number', upgradeRequest('/echo', { Host: 'a:b' }), 400],
  ['an Upgrade to h2c', upgradeRequest('/echo', { Upgrade: 'h2c', Connection: 'Upgrade, HTTP2-Settings' }), 400],
  ['a POST', upgradeRequest('/echo', {}, 'POST /echo HTTP/1.1'), 405],
  ['a path that cannot be decoded', upgradeRequest('/chat/%zz'), 400],
  ['an unknown path', upgradeRequest('/nowhere'), 404],
  ['a path in another case', upgradeRequest('/Echo'), 404],
  ['the same subprotocol twice', upgradeRequest('/echo', { 'Sec-WebSocket-Protocol': 'a, b, a' }), 400],
  ['a subprotocol that is no token', upgradeRequest('/echo', { 'Sec-WebSocket-Protocol': 'a b' }), 400],
];

for (const [name, request, status] of refused) {
  test(`a handshake with ${name} is refused with ${status} and a whole answer`, async () => {
    const { port, app, event } = await listening(routes);
    const { headers, body } = await answerTo(port, request);
    expect(headers.get('connection')).toContain('close');
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(body.length).toBeGreaterThan(1);
    expect(headers.get('sec-websocket-version')).toBe(status === 426 ? '13' : null);
    expect(headers.get('upgrade')).toBe(status === 426 ? 'websocket' : null);
    expect(headers.get('allow')).toBe(status === 405 ? 'GET' : null);
    expect(await event('refused')).toMatchObject({ status });
    expect(app.channels.size).toBe(0);
  });
}

test('an answer to a HEAD that asks for an upgrade has no body', async () => {
  const { port } = await listening(routes);
  const { status, body } = await answerTo(port, upgradeRequest('/echo', {}, 'HEAD /echo HTTP/1.1'), { head: true });
  expect([status, body]).toEqual([405, '']);
});

test('a compression offer that cannot be read is refused with 400, and told', async () => {
  const { port, event, app } = await listening(routes, { perMessageDeflate: true, maxChannels: 1 });
  const bad = upgradeRequest('/echo', { 'Sec-WebSocket-Extensions': 'permessage-deflate; server_max_window_bits=99' });
  expect((await answerTo(port, bad)).status).toBe(400);
  expect(await event('refused')).toMatchObject({ reason: 'malformed', status: 400, route: '/echo' });
  expect((await answerTo(port, upgradeRequest('/echo'))).status).toBe(101);
  expect(app.channels.size).toBeLessThanOrEqual(1);
});

test('headers count in any case, split over lines or in a list', async () => {
  const { port } = await listening(routes);
  const request = [
    'GET /echo HTTP/1.1',
    'hOST: a',
    'CONNECTION: keep-alive, Upgrade',
    'upgrade: WebSocket',
    'sec-websocket-KEY:   dGhlIHNhbXBsZSBub25jZQ==  ',
    'SEC-websocket-version: 13',
    'Sec-WebSocket-Protocol: a',
    'sec-websocket-protocol: b,c',
  ];
  const { status, headers } = await answerTo(port, `${request.join('\r\n')}\r\n\r\n`);
  expect(status).toBe(101);
  expect(headers.get('sec-websocket-accept')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  expect(headers.get('sec-websocket-protocol')).toBe('a');
});

test('a whole URL in the request line counts as path and host', async () => {
  const { port, event } = await listening(routes);
  const absolute = (host: string): string =>
    upgradeRequest('', { Host: 'other', Origin: 'http://site.example' }, `GET http://${host}/echo?x=1 HTTP/1.1`);
  expect((await answerTo(port, absolute('site.example'))).status).toBe(101);
  expect((await event('opened')).channel.request).toMatchObject({
    url: '/echo?x=1',
    path: '/echo',
    host: 'site.example',
  });
  expect((await answerTo(port, absolute('other'))).status).toBe(403);
  expect((await answerTo(port, absolute('user@site.example'))).status).toBe(400);
});

test('plain HTTP is answered with 426 on the path of a socket, 404 elsewhere and 400 for a bad escape', async () => {
  const { port } = await listening(routes);
  const plain = await answerTo(port, get('/echo?a=b'));
  expect(plain).toMatchObject({ status: 426, body: 'Upgrade Required\n' });
  expect(plain.headers.get('upgrade')).toBe('websocket');
  expect((await answerTo(port, get('http://a/echo'))).status).toBe(426);
  expect((await answerTo(port, get('/'))).status).toBe(404);
  expect((await answerTo(port, get('/chat/%'))).status).toBe(400);
  const head = await answerTo(port, get('/echo').replace('GET', 'HEAD'), { head: true });
  expect(head).toMatchObject({ status: 426, body: '' });
  const post = 'POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc';
  expect((await answerTo(port, post)).status).toBe(426);
});

test('one connection may ask plainly first and upgrade then', async () => {
  const { port } = await listening(routes);
  const client = await RawClient.connect(port);
  client.write(`GET /echo HTTP/1.1\r\nHost: a\r\n\r\n${upgradeRequest('/hello')}`);
  expect((await client.answer()).status).toBe(426);
  expect((await client.answer()).status).toBe(101);
  expect((await client.frame())?.payload.toString()).toBe('Hello!');
});

test('fetch understands plain answers', async () => {
  const { port } = await listening(routes);
  const answer = await fetch(`http://127.0.0.1:${port}/echo`);
  expect([answer.status, await answer.text()]).toEqual([426, 'Upgrade Required\n']);
});

test('curl understands refusals', async (ctx) => {
  const { port } = await listening(routes);
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 12'].flatMap((one) => [
    '-H',
    one,
  ]);
  const options = ['-sS', '--http1.1', '-w', '%{http_code}', ...upgrade, `http://127.0.0.1:${port}/echo`];
  const result = await promisify(execFile)('curl', options).catch((error) => error);
  if (result.code === 'ENOENT') {
    if (process.env.SLUICE_NO_SKIP) throw new Error('There is no curl.');
    ctx.skip('There is no curl.');
  }
  expect(result.stdout).toBe('The WebSocket version is 13.\n426');
});

test('headers that are too large are answered with 431', async () => {
  const { port } = await listening(routes);
  const client = await RawClient.connect(port);
  client.write(upgradeRequest('/echo', { 'X-Large': 'x'.repeat(20_000) }));
  expect((await client.answer()).status).toBe(431);
  await client.ended;
});

test('what is no HTTP at all is answered with 400', async () => {
  const { port } = await listening(routes);
  const client = await RawClient.connect(port);
  client.write('\x16\x03\x01 hello\r\n\r\n');
  expect((await client.answer()).status).toBe(400);
  await client.ended;
});

test('headers that never end are answered with 408 after handshakeTimeout', async () => {
  const { port } = await listening(routes, { handshakeTimeout: 60 });
  const client = await RawClient.connect(port);
  const drip = setInterval(() => client.write('X-Drip: 1\r\n'), 10);
  client.write('GET /echo HTTP/1.1\r\nHost: a\r\n');
  expect((await client.answer()).status).toBe(408);
  clearInterval(drip);
});

test('a connection that sends nothing is closed after handshakeTimeout', async () => {
  const { port } = await listening(routes, { handshakeTimeout: 60 });
  const client = await RawClient.connect(port);
  const start = performance.now();
  await client.ended;
  expect(performance.now() - start).toBeGreaterThan(40);
  expect(performance.now() - start).toBeLessThan(2_000);
});

test('a frame right behind the request is not lost', async () => {
  const { port } = await listening(routes);
  const client = await RawClient.connect(port);
  client.write(upgradeRequest('/echo'), frame(op.text, 'early'));
  expect((await client.answer()).status).toBe(101);
  expect((await client.frame())?.payload.toString()).toBe('early');
});

test('the first message may stand in the same chunk as the 101', async () => {
  const { port } = await listening(routes);
  const client = await RawClient.connect(port);
  client.write(upgradeRequest('/hello'));
  expect((await client.answer()).status).toBe(101);
  expect((await client.frame())?.payload.toString()).toBe('Hello!');
  expect((await client.close())?.code).toBe(1000);
});
