import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { startDemo } from '../../examples/demo/app.ts';
import { demoTab } from './demo-page.ts';

let demo: { url: string; close(): Promise<void> };

beforeAll(async () => {
  demo = await startDemo(0);
});
afterAll(() => demo.close());

describe('the demo page in Chromium', () => {
  const tab = demoTab(() => demo.url);
  let page: Page;

  beforeEach(() => {
    page = tab.page;
  });

  const phase = (name: string) => page.locator(`body[data-phase=${name}]`).waitFor();
  const row = (kind: string, text: string) => page.locator(`#rows > .${kind}`, { hasText: text }).first().waitFor();
  const status = (text: string) => page.locator('.status', { hasText: text }).waitFor();
  const choose = (path: string) => page.getByRole('radio', { name: path }).press('Space');

  async function connectTo(address: string): Promise<void> {
    await page.getByLabel('Address').fill(address);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
  }

  async function send(text: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Message' }).fill(text);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
  }

  test('shows a message, its echo, and a close by you', async () => {
    await choose('/echo');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await phase('open');
    await send('Grüße');
    await row('out', 'Grüße');
    await row('in', 'Grüße');
    expect(await page.locator('.in .size').textContent()).toBe('7 B');
    expect(await page.locator('.in time').textContent()).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);

    await page.getByLabel('Close code').fill('1000');
    await page.getByLabel('Reason').fill('bye');
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await row('close', '1000 Normal Closure');
    const facts = await page.locator('.close dl > div').allTextContents();
    expect(facts).toEqual([
      'Closed by: you',
      'Clean: yes',
      'Reason: bye',
      expect.stringMatching(/^Open for: \d+\.\d s$/),
    ]);
    await status('Closed 1000 Normal Closure, by you');
  });

  test('says that the server closed /hello', async () => {
    await choose('/hello');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await row('in', 'Hello!');
    await row('close', 'Closed by: the server');
  });

  test('explains a refused handshake by what plain HTTP gets at its path', async () => {
    await connectTo('/secret');
    await row('close', 'Closed by: refused handshake');
    await row('note', 'Plain HTTP gets 426 Upgrade Required here: this is a socket path');
    expect(await page.evaluate('document.activeElement.id')).toBe('connect');
    await connectTo(`${demo.url}/nowhere`);
    await row('note', 'Plain HTTP gets 404 Not Found here: there is nothing at this path.');
    await connectTo('/');
    await row('note', 'Plain HTTP gets 200 OK here: a page, not a socket.');
    // What remains are the words of the browser about the refusals.
    tab.problems = tab.problems.filter(
      (problem) => !/^(WebSocket connection to|Failed to load resource)/.test(problem),
    );
  });

  test('opens the guarded endpoint after signing in', async () => {
    await choose('/secret');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Signed in').waitFor();
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await row('note', 'Open');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Signed out').waitFor();
  });

  test('talks in the chat room in JSON, with the sample message', async () => {
    await choose('/chat/lobby');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await phase('open');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await row('in', '"said"');
    await row('in', 'ada');
  });

  test('sends bytes typed as hex and shows bytes as hex', async () => {
    await connectTo('/echo');
    await phase('open');
    await page.getByRole('radio', { name: 'Hex' }).press('Space');
    await send('0xDE, ad be');
    expect(await page.locator('#message:invalid').count()).toBe(0);
    await row('out', 'hex de ad be');
    await row('in', 'hex de ad be');
    expect(await page.locator('.in .size').textContent()).toBe('3 B');
    await send('abc');
    expect(await page.locator('#message:invalid').count()).toBe(1);
  });

  test('serves by keyboard alone', async () => {
    const focused = () => page.evaluate('document.activeElement.id || document.activeElement.value');
    const order: unknown[] = [];
    const press = async () => {
      await page.keyboard.press('Tab');
      order.push(await focused());
    };
    for (let stop = 0; stop < 5; stop += 1) await press();
    expect(order).toEqual(['to-pressure', '/echo', 'address', 'subprotocols', 'connect']);
    await page.keyboard.press('Enter');
    await phase('open');
    expect(await focused()).toBe('message');

    await page.keyboard.press('Control+A');
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    await page.keyboard.press('Enter');
    await row('in', 'one\ntwo');

    order.length = 0;
    for (let stop = 0; stop < 5; stop += 1) await press();
    expect(order).toEqual(['text', 'send', 'code', 'reason', 'disconnect']);
    await page.keyboard.press('Enter');
    await row('close', 'Closed by: you');
    expect(await focused()).toBe('connect');
  });

  test('names the fault of a field instead of connecting or closing', async () => {
    const invalid = () => page.locator('input:invalid').getAttribute('id');
    await connectTo('ftp://example.com');
    expect(await invalid()).toBe('address');
    await page.getByLabel('Subprotocols').fill('a, a');
    await connectTo('/echo');
    expect(await invalid()).toBe('subprotocols');
    await page.getByLabel('Subprotocols').fill('');
    await connectTo('/echo');
    await phase('open');
    await page.getByLabel('Close code').fill('');
    await page.getByLabel('Reason').fill('no code');
    await page.getByRole('button', { name: 'Disconnect' }).click();
    expect(await invalid()).toBe('reason');
    await page.getByLabel('Reason').fill('');
    await page.getByLabel('Close code').fill('1006');
    await page.getByRole('button', { name: 'Disconnect' }).click();
    expect(await invalid()).toBe('code');
    await page.getByLabel('Close code').fill('4001');
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await row('close', '4001 (private use)');
  });

  test('copies and clears the log', async () => {
    await connectTo('/echo');
    await phase('open');
    await send('copy me');
    await row('in', 'copy me');
    await page.getByRole('button', { name: 'Copy log' }).click();
    await page.getByText('Copied').waitFor();
    const copied = (await page.evaluate('navigator.clipboard.readText()')) as string;
    expect(copied.split('\n').map((line) => line.split('\t').slice(1))).toEqual([
      ['note', expect.stringContaining('Connecting to ws://'), ''],
      ['note', 'Open, no subprotocol', ''],
      ['out', 'copy me', '7 B'],
      ['in', 'copy me', '7 B'],
    ]);
    await page.getByRole('button', { name: 'Clear log' }).click();
    expect(await page.locator('#rows > li').count()).toBe(0);
    expect(await page.locator('#count').textContent()).toBe('No rows');
  });

  test('looks different in light and in dark, and stands still where motion is not wanted', async () => {
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    const light = await ground();
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    expect(await ground()).not.toBe(light);
    await page.evaluate("document.body.dataset.phase = 'connecting'");
    expect(await page.evaluate('document.getAnimations().length')).toBe(0);
  });

  test('gives every field and button a name and fits 360 pixels', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    const nameless = await page.evaluate(`
      [...document.querySelectorAll('input, textarea, button, fieldset, form')]
        .filter((field) => !(field.labels?.[0] ?? field.querySelector('legend') ?? field).textContent.trim())
        .map((field) => field.outerHTML)`);
    expect(nameless).toEqual([]);
    const ids = (await page.evaluate("[...document.querySelectorAll('[id]')].map(({ id }) => id)")) as string[];
    expect(new Set(ids).size).toBe(ids.length);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });

  describe('at the address of another server', () => {
    let elsewhere: WebSocketServer;
    let address: string;

    beforeAll(async () => {
      elsewhere = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'beta' });
      await once(elsewhere, 'listening');
      address = `127.0.0.1:${(elsewhere.address() as AddressInfo).port}/any?key=1`;
    });
    afterEach(() => {
      elsewhere.removeAllListeners('connection');
      for (const client of elsewhere.clients) client.terminate();
    });
    afterAll(() => elsewhere.close());

    test('shows the agreed subprotocol, markup as plain text, and a lost connection', async () => {
      const markup = '<img src="x" onerror="alert(1)"><b>bold</b>';
      elsewhere.on('connection', (socket) => {
        socket.send(markup);
        socket.on('message', () => socket.terminate());
      });
      await page.getByLabel('Subprotocols').fill('alpha, beta');
      await connectTo(address);
      await phase('open');
      await status('Open /any, subprotocol beta');
      await row('in', markup);
      expect(await page.locator('#rows img, #rows b').count()).toBe(0);
      await send('go');
      await row('close', 'Closed by: lost connection');
    });

    test('keeps the last 1,000 rows, says how many fell out, and still fits 360 pixels', async () => {
      await page.setViewportSize({ width: 360, height: 740 });
      elsewhere.on('connection', (socket) => {
        for (let number = 1; number <= 1_234; number += 1) socket.send(`message ${number}`);
        socket.send('x'.repeat(5_000));
      });
      await connectTo(address.replace('any', 'a-long-path/'.repeat(10)));
      await row('in', 'and 904 more characters');
      expect(await page.locator('#rows > li').count()).toBe(1_000);
      expect(await page.locator('#count').textContent()).toBe('Last 1,000 rows, 237 older fell out');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    });
  });
});

describe('the files of the demo page', () => {
  test('are served with their type, a validator and a policy', async () => {
    for (const [path, type] of [
      ['/', 'text/html; charset=utf-8'],
      ['/page.js', 'text/javascript; charset=utf-8'],
      ['/pressure.js', 'text/javascript; charset=utf-8'],
      ['/page.css?v=1', 'text/css; charset=utf-8'],
    ]) {
      const answer = await fetch(demo.url + path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe(type);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      const etag = answer.headers.get('etag') ?? '';
      const again = await fetch(demo.url + path, { headers: { 'If-None-Match': `W/"other", ${etag}` } });
      expect([again.status, await again.text()]).toEqual([304, '']);
    }
  });

  test('are only read: HEAD has no body and POST gets 405', async () => {
    const head = await fetch(demo.url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const post = await fetch(demo.url, { method: 'POST' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});
