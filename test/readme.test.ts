import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { of } from 'rxjs';
import { route } from 'sluice';
import ts from 'typescript';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { compileRoutes } from '../src/server/compile.ts';
import { compile } from './support/compile.ts';
import { blocksOf, readme, rowsUnder } from './support/readme.ts';
import { parse, projectFile } from './support/source-files.ts';
import { openWs, statusOf, type WsClient } from './support/ws-client.ts';

const blocks = blocksOf('ts');

describe('the blocks of the README', () => {
  test('compile as they stand, each by itself', () => {
    const files = new Map(blocks.map(({ code }, index) => [`test/readme-block-${index}.ts`, `${code}\nexport {};\n`]));
    expect(
      compile(files).map(({ file, ...rest }) => ({ ...rest, block: blocks[Number(/\d+/.exec(file))]?.title })),
    ).toEqual([]);
  });

  /** What each block that makes a server does when it is run as it stands. */
  const servers: Record<string, (url: string, process: ChildProcess) => Promise<void>> = {
    sluice: async (url) => {
      expect(await exchange(`${url}/echo`, 'Hi')).toBe('Hi');
      expect(await exchange(`${url}/shout`, 'Hi')).toBe('HI');
      const hello = await openWs(`${url}/hello`);
      expect(await hello.received(1)).toEqual(['Hello!']);
      expect(await hello.closed).toEqual({ code: 1000, reason: '' });
      const greet = await openWs(`${url}/greet`);
      greet.ws.send('printed');
      expect(await greet.received(1)).toEqual(['Hello!']);
      expect(greet.ws.readyState).toBe(greet.ws.OPEN);
    },
    "Attach to a server that is already there: With Node's `http`": echoesBesidePages,
    'Attach to a server that is already there: With Express': echoesBesidePages,
    'Attach to a server that is already there: With Fastify': echoesBesidePages,
    'Shut down': async (url, child) => {
      const client = await openWs(`${url}/echo`);
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      expect(await client.closed).toEqual({ code: 1001, reason: '' });
      expect(await exited).toBe(0);
    },
  };

  test('that make a server are these', () => {
    expect(blocks.filter(({ code }) => code.includes('9000')).map(({ title }) => title)).toEqual(Object.keys(servers));
  });

  for (const [title, check] of Object.entries(servers)) {
    test(`runs as it stands: ${title}`, async () => {
      const port = await freePort();
      const code = blocks.find((block) => block.title === title)?.code ?? '';
      const child = run(code.replaceAll('9000', String(port)));
      const url = `ws://127.0.0.1:${port}`;
      await vi.waitFor(() => statusOf(`${url}/echo`), { timeout: 10_000 });
      await check(url, child);
    });
  }

  test('runs as it stands: Test a handler: With `node:test` or any other runner', async () => {
    const child = run(blocks.find(({ code }) => code.includes("from 'node:test'"))?.code ?? '');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
  });

  test('the first server is plain JavaScript, to be saved as server.mjs', () => {
    const javaScript = ts.transpileModule(blocks[0]?.code ?? '', {
      compilerOptions: { target: ts.ScriptTarget.ES2023 },
    });
    expect(javaScript.outputText.replace(/\s/g, '')).toBe(blocks[0]?.code.replace(/\s/g, ''));
  });
});

describe('the options of the README', () => {
  const rows = rowsUnder('Options');
  const nameOf = ([name = '']: readonly string[]) => name.replaceAll('`', '');

  test('are those that there are', () => {
    const { tree } = parse('options.ts', readFileSync(projectFile('src/server/options.ts'), 'utf8'));
    const names = tree.statements
      .filter(ts.isInterfaceDeclaration)
      .filter(({ name }) => ['CommonOptions', 'AppOptions', 'RouteOptions'].includes(name.text))
      .flatMap(({ members }) => members.map((member) => member.name?.getText() ?? ''));
    expect(rows.map(nameOf).sort()).toEqual([...new Set(names)].sort());
  });

  test('have these defaults', () => {
    const [compiled] = compileRoutes([route('/', () => of('x'))], {});
    const settings: Record<string, unknown> = { ...compiled?.settings };
    const said = rows.map((row): [string, unknown] => [nameOf(row), defaultIn(row[1] ?? '')]);
    const isValue = (value: unknown): boolean => value !== undefined && typeof value !== 'function';
    const values = said.filter(([name]) => isValue(settings[name]));
    expect(Object.fromEntries(values)).toEqual(Object.fromEntries(values.map(([name]) => [name, settings[name]])));
    const others = said.filter(([name]) => !isValue(settings[name]));
    expect(others).toEqual([
      ['origins', 'same origin'],
      ['subprotocols', 'the first offered'],
      ['overflow', 'closeSlow()'],
      ['maxChannels', 'none'],
      ['maxChannelsPerAddress', 'none'],
      ['codec', 'text()'],
      ['session', 'none'],
      ['guard', 'none'],
    ]);
  });
});

describe('the links of the README', () => {
  const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);

  test('lead to files and headings that there are', () => {
    const anchors = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => anchorOf(text));
    const dead = links.filter((target) => {
      if (target.startsWith('https://')) return false;
      return target.startsWith('#') ? !anchors.includes(target.slice(1)) : !existsSync(projectFile(target));
    });
    expect(dead).toEqual([]);
  });
});

describe('the speed that the README shows', () => {
  const section = readme.slice(readme.indexOf('### Speed'), readme.indexOf('## The life of a channel'));
  const results = readFileSync(projectFile('bench/results.md'), 'utf8');
  const rowsOf = (text: string): string[][] =>
    [...text.matchAll(/^\| (.+) \|$/gm)].map(([, row = '']) => row.split('|').map((cell) => cell.trim()));

  test('is what was measured last, with the worst rounds', () => {
    const measured = rowsOf(results).map(([, what = '', , , , ...figures]) => [what.toLowerCase(), ...figures].join());
    const shown = rowsOf(section).filter(([, median]) => median?.startsWith('**'));
    expect(shown).toHaveLength(12);
    expect(measured).toEqual(
      expect.arrayContaining(shown.map(([what = '', ...figures]) => [what.toLowerCase(), ...figures].join())),
    );
  });

  test('is that of other libraries in the same rounds', () => {
    const table = results.slice(results.indexOf('|  | W1 |')).trim();
    expect(table).toContain('Socket.IO');
    expect(section).toContain(table);
  });
});

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replace(/\s/g, '-');

/** What a cell says: the value in code, or the words. */
function defaultIn(cell: string): unknown {
  const code = /^`(.+)`$/.exec(cell)?.[1];
  if (code === undefined || code.endsWith('()')) return code ?? cell;
  return JSON.parse(
    code
      .replace(/(\d)_(?=\d)/g, '$1')
      .replace(/(\w+):/g, '"$1":')
      .replaceAll("'", '"'),
  );
}

/** Runs TypeScript in a process of its own, in the folder of the project. */
function run(code: string): ChildProcess {
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  const { outputText } = ts.transpileModule(code, { compilerOptions: options });
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', outputText], {
    cwd: projectFile('.'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function exchange(url: string, message: string): Promise<unknown> {
  const client: WsClient = await openWs(url);
  client.ws.send(message);
  const [answer] = await client.received(1);
  client.ws.close();
  return answer;
}

async function echoesBesidePages(url: string): Promise<void> {
  expect(await exchange(`${url}/echo`, 'Hi')).toBe('Hi');
  expect(await (await fetch(url.replace('ws', 'http'))).text()).toBe('a page');
  expect(await statusOf(`${url}/nowhere`)).toBe(404);
}
