import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import {
  globalsOf,
  importsOf,
  nodesOf,
  parse,
  projectFile,
  readSources,
  type SourceFile,
} from './support/source-files.ts';

/** A file imports only from its own floor or from those below, and of packages only what its floor may have. */
const floors = [
  { name: 'words', folders: ['protocol'], packages: ['cookie', 'path-to-regexp'], types: ['rxjs'] },
  {
    name: 'channel',
    folders: ['channel', 'flow', 'operators', 'codec', 'marble'],
    packages: ['rxjs'],
    types: ['@standard-schema/spec'],
  },
  { name: 'many', folders: ['server', 'hub', 'client', 'testing'], packages: ['rxjs'], types: ['node:http'] },
  {
    name: 'edge',
    folders: ['edge'],
    packages: ['rxjs', 'node:*', 'ws', '@fastify/proxy-addr', '@sinonjs/fake-timers'],
    types: [],
  },
  {
    name: 'attachments',
    folders: ['adapters', 'observe', 'inspector', 'cli'],
    packages: ['rxjs', 'node:*', 'ws', '@fastify/proxy-addr', 'vitest', 'fast-check'],
    types: [],
  },
  // The files directly in src.
  { name: 'doors', folders: [''], packages: [], types: [] },
] as const;

/** Time, chance and the outside world come in through ports; no file on the floors below the edge has its own. */
const pureFloors = 3;
const impure = [
  ...['setTimeout', 'setInterval', 'setImmediate', 'performance', 'console', 'process', 'globalThis', 'Math.random'],
  ...['Date.now', 'new Date', 'Date()', 'fetch', 'Buffer', 'require'],
];

const longest = { file: 300, line: 140 };

type Sources = readonly SourceFile[];
/** Finds what breaks a rule; each finding names the file. */
type Rule = (sources: Sources) => readonly string[];

const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');
const floorOf = (path: string): number =>
  floors.findIndex(({ folders }) => (folders as readonly string[]).includes(folderOf(path)));

const inEachFile =
  (find: (file: SourceFile) => readonly string[]): Rule =>
  (sources) =>
    sources.flatMap((file) => find(file).map((finding) => `${file.path}: ${finding}`));

const everyFileHasAFloor = inEachFile(({ path }) => (floorOf(path) < 0 ? [`no floor has ${folderOf(path)}/`] : []));

const importsStayOnTheFloorOrGoDown = inEachFile((file) =>
  importsOf(file)
    .filter(({ target }) => target !== undefined && floorOf(target) > floorOf(file.path))
    .map(({ specifier }) => specifier),
);

const packagesAreThoseOfTheFloor = inEachFile((file) => {
  const { packages = [], types = [] }: { packages?: readonly string[]; types?: readonly string[] } =
    floors[floorOf(file.path)] ?? {};
  const isIn = (list: readonly string[], specifier: string): boolean =>
    list.includes(specifier) || (specifier.startsWith('node:') && list.includes('node:*'));
  return importsOf(file)
    .filter(({ target }) => target === undefined)
    .filter(({ specifier, typeOnly }) => !isIn(packages, specifier) && !(typeOnly && isIn(types, specifier)))
    .map(({ specifier, typeOnly }) => `${typeOnly ? 'import type' : 'import'} of ${specifier}`);
});

const relativeImportsNameAFile: Rule = (sources) => {
  const paths = new Set(sources.map(({ path }) => path));
  return inEachFile((file) =>
    importsOf(file)
      .filter(({ target }) => target !== undefined && !(target.endsWith('.ts') && paths.has(target)))
      .map(({ specifier }) => specifier),
  )(sources);
};

/** `import type` counts too: files that need each other's types are one file. */
const importsHaveNoCycle: Rule = (sources) => {
  const edges = new Map(sources.map((file) => [file.path, importsOf(file).flatMap(({ target }) => target ?? [])]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path].join(' -> '));
    if (start >= 0 || done.has(path)) return;
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return cycles;
};

const lowFloorsArePure = inEachFile((file) => {
  if (floorOf(file.path) >= pureFloors) return [];
  return globalsOf(file).filter((name) => impure.includes(name));
});

/** What a server loads, by these doors, has nothing of the tests in it, nor what they need. */
const serverDoors = ['index.ts', 'operators.ts'];
const forTestsOnly = /^(testing|marble|adapters|cli)\/|^@sinonjs\//;

/** A server that records loads the words of marbles, and still no other clock than its own. */
const recordingDoors = ['recording.ts'];
const neverWhileRecording = /^(adapters|cli)\/|^edge\/virtual-world\.ts$|^@sinonjs\//;

const serversLoadNoTests: Rule = (sources) => [
  ...loadedBy(serverDoors, sources).filter((name) => forTestsOnly.test(name)),
  ...loadedBy(recordingDoors, sources).filter((name) => neverWhileRecording.test(name)),
];

/** The files and packages that are loaded with a door. */
function loadedBy(doors: readonly string[], sources: Sources): string[] {
  const files = new Map(sources.map((file) => [file.path, file]));
  const loaded = new Set<string>();
  const load = (path: string): void => {
    const file = files.get(path);
    if (file === undefined || loaded.has(path)) return;
    loaded.add(path);
    for (const { target, specifier, typeOnly } of importsOf(file)) {
      if (typeOnly) continue;
      if (target === undefined) loaded.add(specifier);
      else load(target);
    }
  };
  doors.forEach(load);
  return [...loaded];
}

/** In virtual time what is printed goes to the test. */
const capturing = 'edge/virtual-world.ts';

const oneFilePrints: Rule = (sources) => {
  const printing = sources
    .filter((file) => file.path !== capturing && globalsOf(file).includes('console'))
    .map(({ path }) => path);
  return printing.length === 1 ? [] : [`console is in ${printing.length} files: ${printing.join(', ')}`];
};

const filesAreShort = inEachFile(({ text }) => {
  const lines = text.trimEnd().split('\n');
  return [
    ...(lines.length > longest.file ? [`${lines.length} lines`] : []),
    ...lines.flatMap((line, index) =>
      line.length > longest.line ? [`${line.length} columns in line ${index + 1}`] : [],
    ),
  ];
});

const nothingIsAny = inEachFile((file) =>
  nodesOf(file)
    .filter(({ kind }) => kind === ts.SyntaxKind.AnyKeyword)
    .map((node) => node.parent.getText()),
);

const nothingIsLeftToDo = inEachFile(
  ({ text }) => text.match(/\b(TODO|FIXME|XXX|HACK)\b.*|@ts-(ignore|nocheck)/g) ?? [],
);

const doorsOnlyExportByName = inEachFile((file) =>
  folderOf(file.path) !== ''
    ? []
    : file.tree.statements
        .filter((statement) => !ts.isExportDeclaration(statement) || statement.exportClause?.kind !== namedExports)
        .map((statement) => statement.getText()),
);
const namedExports = ts.SyntaxKind.NamedExports;

const { dependencies, peerDependencies } = JSON.parse(readFileSync(projectFile('package.json'), 'utf8'));
const declared = new Set(Object.keys({ ...dependencies, ...peerDependencies }));

const packagesAreDeclaredAndUsed: Rule = (sources) => {
  const used = new Set(
    sources.flatMap(importsOf).flatMap(({ specifier, target }) => (target === undefined ? specifier : [])),
  );
  return [
    ...[...used]
      .filter((name) => !name.startsWith('node:') && !declared.has(name))
      .map((name) => `${name} is not declared`),
    ...[...declared].filter((name) => !used.has(name)).map((name) => `${name} is not used`),
  ];
};

/** Each rule with a small tree that breaks it, and what it says about that. */
const rules: Record<string, { rule: Rule; bad: Record<string, string>; says: readonly string[] }> = {
  'every folder has a floor': {
    rule: everyFileHasAFloor,
    bad: { 'utils/a.ts': '' },
    says: ['utils/a.ts: no floor has utils/'],
  },
  'a file imports only from its own floor or below': {
    rule: importsStayOnTheFloorOrGoDown,
    bad: {
      'flow/a.ts': "import { b } from '../channel/b.ts'; import type { C } from '../server/c.ts';",
      'protocol/d.ts': "export { e } from '../edge/e.ts'; type F = import('../flow/f.ts').F; import('../index.ts');",
    },
    says: [
      'flow/a.ts: ../server/c.ts',
      'protocol/d.ts: ../edge/e.ts',
      'protocol/d.ts: ../flow/f.ts',
      'protocol/d.ts: ../index.ts',
    ],
  },
  'a floor uses only its packages': {
    rule: packagesAreThoseOfTheFloor,
    bad: {
      'protocol/a.ts': "import type { Observable } from 'rxjs'; import { of } from 'rxjs'; import 'cookie';",
      'codec/b.ts':
        "import type { StandardSchemaV1 } from '@standard-schema/spec'; import type { Server } from 'node:http';",
      'server/c.ts': "import type { Server } from 'node:http'; import { createServer } from 'node:http';",
      'edge/d.ts': "import { createServer } from 'node:https'; import express from 'express';",
    },
    says: [
      'protocol/a.ts: import of rxjs',
      'codec/b.ts: import type of node:http',
      'server/c.ts: import of node:http',
      'edge/d.ts: import of express',
    ],
  },
  'a relative import names its file with .ts': {
    rule: relativeImportsNameAFile,
    bad: { 'flow/a.ts': "import './b'; import './b.js'; import './c.ts'; import './b.ts';", 'flow/b.ts': '' },
    says: ['flow/a.ts: ./b', 'flow/a.ts: ./b.js', 'flow/a.ts: ./c.ts'],
  },
  'no files import each other, not even types': {
    rule: importsHaveNoCycle,
    bad: {
      'flow/a.ts': "import './b.ts';",
      'flow/b.ts': "import type { C } from './c.ts';",
      'flow/c.ts': "import './a.ts'; import './c.ts'",
    },
    says: ['flow/a.ts -> flow/b.ts -> flow/c.ts -> flow/a.ts', 'flow/c.ts -> flow/c.ts'],
  },
  'no clock, chance or output below the edge': {
    rule: lowFloorsArePure,
    bad: {
      'channel/a.ts': 'setTimeout(f, 1); clock.setTimeout(f); const g = setInterval; globalThis.performance.now();',
      'codec/b.ts':
        'Date.now(); new Date(0); Date(); x instanceof Date; const d: Date = later; Math.max(1, Math.random());',
      'server/c.ts': '// console.log\nconst { env } = process; interface Print { console(): void } console.log(1);',
      'edge/d.ts': 'Date.now();',
    },
    says: [
      ...['setTimeout', 'setInterval', 'globalThis', 'performance'].map((name) => `channel/a.ts: ${name}`),
      ...['Date.now', 'new Date', 'Date()', 'Math.random'].map((name) => `codec/b.ts: ${name}`),
      ...['process', 'console'].map((name) => `server/c.ts: ${name}`),
    ],
  },
  'console is in one file': {
    rule: oneFilePrints,
    bad: { 'edge/a.ts': 'console.log(1)', 'edge/b.ts': 'const print = console.error' },
    says: ['console is in 2 files: edge/a.ts, edge/b.ts'],
  },
  'a server loads nothing of the tests': {
    rule: serversLoadNoTests,
    bad: {
      'index.ts': "export { a } from './edge/a.ts';",
      'edge/a.ts':
        "import { b } from '../marble/b.ts'; import type { C } from '../testing/c.ts'; import '@sinonjs/fake-timers';",
      'marble/b.ts': 'export const b = 1;',
      'testing/c.ts': 'export type C = 1;',
      'recording.ts': "export { d } from './edge/d.ts';",
      'edge/d.ts': "import '../marble/b.ts'; import './virtual-world.ts';",
      'edge/virtual-world.ts': "import '@sinonjs/fake-timers';",
    },
    says: ['marble/b.ts', '@sinonjs/fake-timers', 'edge/virtual-world.ts', '@sinonjs/fake-timers'],
  },
  'no file is over 300 lines and no line over 140 columns': {
    rule: filesAreShort,
    bad: { 'flow/a.ts': `${'\n'.repeat(300)}x`, 'flow/b.ts': `\n${'x'.repeat(141)}`, 'flow/c.ts': 'x\n'.repeat(300) },
    says: ['flow/a.ts: 301 lines', 'flow/b.ts: 141 columns in line 2'],
  },
  'nothing is of type any': {
    rule: nothingIsAny,
    bad: { 'flow/a.ts': '// any\nlet a: any; type B = Array<any>; const any = 1;' },
    says: ['flow/a.ts: a: any', 'flow/a.ts: Array<any>'],
  },
  'nothing is left to do': {
    rule: nothingIsLeftToDo,
    bad: { 'flow/a.ts': '// TODO later\n/* FIXME */ // @ts-ignore\nconst todo = 1;' },
    says: ['flow/a.ts: TODO later', 'flow/a.ts: FIXME */ // @ts-ignore'],
  },
  'doors only export, name by name': {
    rule: doorsOnlyExportByName,
    bad: { 'index.ts': "export { a } from './flow/a.ts'; export * from './flow/b.ts'; const c = 1;" },
    says: ["index.ts: export * from './flow/b.ts';", 'index.ts: const c = 1;'],
  },
  'packages are declared and used': {
    rule: packagesAreDeclaredAndUsed,
    bad: {
      'edge/a.ts': [...declared]
        .map((name) => `import '${name}';`)
        .join('')
        .replace("import 'ws';", "import 'uws';"),
    },
    says: ['uws is not declared', 'ws is not used'],
  },
};

describe('the architecture', () => {
  const sources = readSources();

  test('is read from the files of src', () => {
    expect(sources.map(({ path }) => path)).toContain('channel/core.ts');
    expect(sources.flatMap(importsOf).length).toBeGreaterThan(sources.length);
  });

  for (const [name, { rule, bad, says }] of Object.entries(rules)) {
    test(name, () => expect(rule(sources)).toEqual([]));
    test(`a breach is found: ${name}`, () => {
      expect(rule(Object.entries(bad).map(([path, text]) => parse(path, text)))).toEqual(says);
    });
  }
});
