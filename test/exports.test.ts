import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { parse, projectFile } from './support/source-files.ts';

/** What each door of the package gives: whoever adds or takes away a name decides on it here. */
const doors: Record<string, { values: readonly string[]; types: readonly string[] }> = {
  '.': {
    values: [
      'CloseError',
      'InvalidMessage',
      'SluiceError',
      'accept',
      'allOf',
      'anyOrigin',
      'around',
      'binary',
      'closeName',
      'closeSlow',
      'coalesceBy',
      'dropNewest',
      'dropOldest',
      'errorCodes',
      'handler',
      'json',
      'latest',
      'raw',
      'reject',
      'route',
      'routeWith',
      'sluice',
      'text',
      'unbounded',
    ],
    types: [
      'Acceptance',
      'Accepted',
      'AnyOrigin',
      'App',
      'AppOptions',
      'AppState',
      'Channel',
      'ChannelEvent',
      'Close',
      'CloseRecord',
      'ClosedBy',
      'Codec',
      'CommonOptions',
      'CookieToSet',
      'Cookies',
      'DeflateOptions',
      'DropReason',
      'ErrorCode',
      'ErrorReport',
      'Guard',
      'Handler',
      'HandlerResult',
      'HeaderFields',
      'HeartbeatSettings',
      'InvalidProblem',
      'InvalidSetting',
      'Issue',
      'Listening',
      'OperatorHandler',
      'Origins',
      'Overflow',
      'OverflowAnswer',
      'OverflowState',
      'PathParams',
      'Payload',
      'Pressure',
      'RefusalReason',
      'Rejected',
      'Route',
      'RouteOptions',
      'RouteWith',
      'ServerChannel',
      'ShutdownOptions',
      'Stream',
      'TrustProxy',
      'UpgradableServer',
      'UpgradeRequest',
      'Verdict',
    ],
  },
  './operators': {
    values: [
      'mapAsync',
      'pacedBy',
      'pacedConcatMap',
      'pacedMergeMap',
      'pacedSwitchMap',
      'pulled',
      'split',
      'switchMapBy',
      'through',
      'toAsyncIterable',
    ],
    types: ['BranchOutput', 'MapAsyncOptions', 'SwitchMapByOptions'],
  },
  './recording': {
    values: ['readRecording', 'record', 'recordingToMarble'],
    types: ['RecordOptions', 'RecordedEvent', 'RecordingOptions'],
  },
  './testing': {
    values: [
      'GivenValue',
      'MarbleMismatch',
      'MarbleSyntaxError',
      'any',
      'anyNumber',
      'anyString',
      'bytes',
      'close',
      'error',
      'id',
      'loadMarbles',
      'marblesOf',
      'now',
      'ping',
      'pong',
      'reject',
      'runHandler',
      'sequence',
      'terminate',
      'testHandler',
    ],
    types: [
      'AnyHandler',
      'AnySubject',
      'Fixture',
      'HandlerTest',
      'InlineHandler',
      'ScenarioTest',
      'Seen',
      'StagedApp',
      'TestHandler',
      'TestLanes',
      'TestRequest',
      'TestSubject',
      'Trace',
      'TraceEvent',
      'TraceLane',
    ],
  },
  './testing/vitest': {
    values: ['marbleTest', 'marbles', 'registerMarbles'],
    types: ['EachTest', 'ExpectedMarbles', 'MarbleMatchers', 'MarblePlugin', 'MarbleTest', 'RegisterTest'],
  },
  './testing/fast-check': { values: ['anyLane'], types: [] },
};

const { exports } = JSON.parse(readFileSync(projectFile('package.json'), 'utf8'));

/** The source of a door. */
const sourceOf = (door: string): string => exports[door].default.replace('./dist/', 'src/').replace(/\.js$/, '.ts');

/** The names that a door exports as types alone. */
function typesOf(path: string): readonly string[] {
  const { tree } = parse(path, readFileSync(projectFile(path), 'utf8'));
  return tree.statements.filter(ts.isExportDeclaration).flatMap((declaration) => {
    if (declaration.exportClause === undefined || !ts.isNamedExports(declaration.exportClause)) return [];
    const names = declaration.exportClause.elements.filter((element) => declaration.isTypeOnly || element.isTypeOnly);
    return names.map((element) => element.name.text);
  });
}

/** The packages that Node has loaded once a door is open. */
async function packagesOf(door: string): Promise<string[]> {
  const script = `
    import { createRequire } from 'node:module';
    await import(${JSON.stringify(pathToFileURL(projectFile(sourceOf(door))).href)});
    console.log(Object.keys(createRequire(import.meta.url).cache).join('\\n'));`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: projectFile('.') });
  const names = stdout.split('\n').flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  return [...new Set(names)];
}

describe('what is loaded', () => {
  test('with ./recording has no fake timers, with ./testing it has', async () => {
    expect(await packagesOf('./recording')).not.toContain('@sinonjs/fake-timers');
    expect(await packagesOf('./testing')).toContain('@sinonjs/fake-timers');
  }, 60_000);
});

describe('the package', () => {
  const { files }: { files: readonly string[] } = JSON.parse(readFileSync(projectFile('package.json'), 'utf8'));

  test.each(['README.md', 'marbles/README.md'])('has the files that %s shows and links to', (page) => {
    const text = readFileSync(projectFile(page), 'utf8');
    const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)|src="([^"]+)"/g)].map(([, link, src]) => link ?? src ?? '');
    const paths = links.filter((link) => !/^\w+:/.test(link)).map((link) => normalize(join(dirname(page), link)));
    expect(paths.length).toBeGreaterThan(0);
    const missing = paths.filter((path) => !files.some((pattern) => matchesGlob(path, pattern)));
    expect([...new Set(missing)]).toEqual([]);
  });

  const matchesGlob = (path: string, pattern: string): boolean =>
    path === pattern ||
    path.startsWith(`${pattern}/`) ||
    (pattern.includes('*') &&
      dirname(path) === dirname(pattern) &&
      path.endsWith(pattern.slice(pattern.indexOf('*') + 1)));
});

describe('the public names', () => {
  test('stand behind these doors', () => {
    expect(Object.keys(exports)).toEqual([...Object.keys(doors), './package.json']);
  });

  for (const [door, { values, types }] of Object.entries(doors)) {
    test(`of ${door} are these`, async () => {
      const path = sourceOf(door);
      expect(exports[door].types).toBe(exports[door].default.replace(/\.js$/, '.d.ts'));
      expect(Object.keys(await import(projectFile(path))).sort()).toEqual([...values].sort());
      expect([...typesOf(path)].sort()).toEqual([...types].sort());
    });
  }
});
