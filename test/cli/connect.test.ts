import { join } from 'node:path';
import { map, startWith, take } from 'rxjs';
import { CloseError, handler, raw, reject, route } from 'sluice';
import { describe, expect, test } from 'vitest';
import { listening } from '../support/server.ts';
import { projectFile } from '../support/source-files.ts';
import { newFolder, read, runCli, startCli } from './sluice-cli.ts';

const shout = route('/shout', handler(map((text: string) => text.toUpperCase())));
const shoutFile = projectFile('test/fixtures/marbles/shout.ts');

describe('sluice connect', { timeout: 30_000 }, () => {
  test('sends lines, shows what comes, times a Ping, and tells how it ended', async () => {
    const { url } = await listening([shout]);
    const cli = startCli(['connect', url('/shout')]);
    await cli.printed('Connected');
    cli.type('Grüße');
    await cli.printed('< GRÜSSE');
    cli.type('//slash');
    await cli.printed('< /SLASH');
    cli.type('/ping');
    await cli.printed('< pong after ');
    cli.type('/what');
    cli.type('/close 99');
    cli.type('/close 4001 that is all');
    const { code, out } = await cli.ended;
    expect(out).toMatch(/^Connected to ws:\/\/127\.0\.0\.1:\d+\/shout in \d+(\.\d)? ms\.$/m);
    expect(out).toMatch(/^< pong after \d+(\.\d)? ms$/m);
    expect(out).toContain('There is no /what.');
    expect(out).toContain('Close codes are');
    expect(out).toContain('Closed: 4001, "that is all"');
    expect(out).not.toContain('\u001b');
    expect(code).toBe(1);
  });

  test('closes with 1000 once the pipe has ended and the peer is silent', async () => {
    const { url, record } = await listening([shout]);
    const cli = startCli(['connect', url('/shout'), '--ping', '50ms']);
    await cli.printed('< pong after');
    cli.type('last');
    cli.child.stdin?.end();
    const { code, out } = await cli.ended;
    expect(out).toMatch(/^< LAST$/m);
    expect(out).toMatch(/\nClosed: 1000 Normal Closure\n$/);
    expect(code).toBe(0);
    expect(await record()).toMatchObject({ by: 'peer', code: 1000 });
  });

  test('shows a message that would steer the terminal as harmless text, and bytes as hex', async () => {
    const says = [new Uint8Array([1, 255]), '\u001b[2Jwiped\u0007'];
    const { url } = await listening([route('/', { codec: raw() }, () => says)]);
    const { out } = await runCli('connect', url('/'));
    expect(out).toContain('< 2 bytes: 01 ff\n< \\u001b[2Jwiped\\u0007\n');
  });

  test('fails when the server refuses, closes with an error, or is not there', async () => {
    const { url } = await listening([
      route('/secret', { guard: () => reject(401) }, handler<string>()),
      route('/kicks', () => {
        throw new CloseError(4003, 'no');
      }),
    ]);
    expect(await runCli('connect', url('/secret'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('401 Unauthorized'),
    });
    expect(await runCli('connect', url('/kicks'))).toMatchObject({
      code: 1,
      out: expect.stringContaining('Closed: 4003, "no"'),
    });
    expect(await runCli('connect', 'ws://127.0.0.1:1')).toMatchObject({
      code: 1,
      err: expect.stringContaining('ECONNREFUSED'),
    });
    expect(await runCli('connect', 'ftp://here')).toMatchObject({ code: 2, err: expect.stringContaining('ws://') });
    expect(await runCli('connect')).toMatchObject({ code: 2 });
  });
});

describe('sluice marbles record', { timeout: 30_000 }, () => {
  test('writes a conversation as a scenario that holds when it is replayed', async () => {
    const { url } = await listening([shout]);
    const folder = await newFolder();
    const file = join(folder, 'recorded.marble');
    const args = ['--out', file, '--use', `${shoutFile}#shout`, '--title', 'two shouts'];
    const cli = startCli(['marbles', 'record', url('/shout'), ...args]);
    cli.type('hello');
    cli.type('b');
    cli.child.stdin?.end();
    expect(await cli.ended).toMatchObject({ code: 0, err: expect.stringContaining(file) });
    const text = await read(file);
    expect(text).toContain('== two shouts ==');
    expect(text).toContain('timing: order\nurl: /shout\n');
    expect(text).toMatch(/ {2}H = "hello"\n/);
    expect(text).toMatch(/ = "HELLO"\n/);
    expect(await runCli('marbles', 'replay', file)).toMatchObject({ code: 0, err: '' });
    const broken = text.replace('"HELLO"', '"HULLO"');
    const other = await newFolder({ 'broken.marble': broken });
    expect(await runCli('marbles', 'replay', other)).toMatchObject({ code: 1 });
  });

  test('keeps a recording as lines of JSON, which can be replayed too', async () => {
    const { url } = await listening([route('/', handler(startWith('hi'), take(1)))]);
    const folder = await newFolder({
      'hi.ts': "export const hi = () => ['hi'];\nexport const ho = () => ['ho'];\n",
    });
    const file = join(folder, 'hi.jsonl');
    expect(await runCli('marbles', 'record', url('/'), '--out', file)).toMatchObject({ code: 0 });
    const kinds = (await read(file))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).kind);
    expect(kinds).toEqual(['connect', 'text', 'close']);
    const use = (name: string): string => `${join(folder, 'hi.ts')}#${name}`;
    expect(await runCli('marbles', 'replay', file, '--use', use('hi'))).toMatchObject({ code: 0 });
    expect(await runCli('marbles', 'replay', file, '--use', use('ho'))).toMatchObject({ code: 1 });
    expect(await runCli('marbles', 'replay', file)).toMatchObject({ code: 2, err: expect.stringContaining('--use') });
  });

  test('makes a scenario of two recordings that differ in an id, and it holds', async () => {
    const line = (t: number, rest: object): string => `${JSON.stringify({ t, party: '1', ...rest })}\n`;
    const recording = (id: number): string =>
      line(0, { lane: 'in', kind: 'connect', url: '/', at: 0 }) +
      line(20, { lane: 'out', kind: 'text', text: `{"id":${id}}` }) +
      line(21, { lane: 'out', kind: 'end' });
    const folder = await newFolder({
      'one.jsonl': recording(7_000_000),
      'two.jsonl': recording(8_000_000),
      'ids.ts': 'export const ids = () => [JSON.stringify({ id: 1e9 * Math.random() })];\n',
    });
    const [one = '', two = '', out = ''] = ['one.jsonl', 'two.jsonl', 'ids.marble'].map((name) => join(folder, name));
    const made = await runCli(
      'marbles',
      'record',
      '--from',
      one,
      '--again',
      two,
      '--out',
      out,
      '--use',
      './ids.ts#ids',
    );
    expect(made).toMatchObject({ code: 0 });
    expect(await read(out)).toContain('json {"id": <id:1>}');
    expect(await runCli('marbles', 'replay', out)).toMatchObject({ code: 0, err: '' });
  });

  test('writes over no file, unless it is told to', async () => {
    const { url } = await listening([route('/', handler(startWith('hi'), take(1)))]);
    const folder = await newFolder({ 'kept.marble': 'kept' });
    const file = join(folder, 'kept.marble');
    const refused = await runCli('marbles', 'record', url('/'), '--out', file);
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/kept\.marble is there already.*--force/) });
    expect(await read(file)).toBe('kept');
    expect(await runCli('marbles', 'record', url('/'), '--out', file, '--force')).toMatchObject({ code: 0 });
    expect(await read(file)).toContain('== ');
  });

  test('prints what it cannot write', async () => {
    const { url } = await listening([route('/', handler(startWith('hi'), take(1)))]);
    const file = join(await newFolder(), 'nowhere', 'new.marble');
    const run = await runCli('marbles', 'record', url('/'), '--out', file);
    expect(run).toMatchObject({ code: 1, out: expect.stringContaining('== '), err: expect.stringContaining('ENOENT') });
  });

  test('records a refusal', async () => {
    const { url } = await listening([route('/', { guard: () => reject(403) }, handler<string>())]);
    const { code, out } = await runCli('marbles', 'record', url('/'));
    expect(code).toBe(0);
    expect(out).toContain('R = reject 403');
  });
});
