import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** A source file of the project, parsed. */
export interface SourceFile {
  /** Relative to `src`, e.g. `channel/core.ts`. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** One import, re-export or `import()` of a file. */
export interface Import {
  readonly specifier: string;
  /** Leaves nothing behind when the types are taken away: `import type` and `export type` only. */
  readonly typeOnly: boolean;
  /** The file that a relative import means, relative to `src`. */
  readonly target: string | undefined;
}

export const projectFile = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Every file of `src`. */
export function readSources(): readonly SourceFile[] {
  const root = projectFile('src');
  const found = ts.sys.readDirectory(root, ['.ts']).map((file) => posix.relative(root, file));
  return found.sort().map((path) => parse(path, readFileSync(posix.join(root, path), 'utf8')));
}

export function parse(path: string, text: string): SourceFile {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true) };
}

/** All nodes of a file. */
export function nodesOf({ tree }: SourceFile): readonly ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return nodes;
}

export function importsOf(file: SourceFile): readonly Import[] {
  return nodesOf(file).flatMap((node) => {
    const found = specifierOf(node);
    if (found === undefined) return [];
    const { specifier, typeOnly } = found;
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : undefined;
    return [{ specifier, typeOnly, target }];
  });
}

function specifierOf(node: ts.Node): { specifier: string; typeOnly: boolean } | undefined {
  if (ts.isImportDeclaration(node)) return from(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false);
  if (ts.isExportDeclaration(node)) return from(node.moduleSpecifier, node.isTypeOnly);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return from(node.argument.literal, true);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return from(node.arguments[0], false);
  }
  return undefined;
}

function from(literal: ts.Node | undefined, typeOnly: boolean): { specifier: string; typeOnly: boolean } | undefined {
  return literal !== undefined && ts.isStringLiteralLike(literal) ? { specifier: literal.text, typeOnly } : undefined;
}

/**
 * The globals that a file uses, as they are written: `setTimeout`, `Date.now`, `new Date`. Members of other objects and
 * names of properties do not count, comments and types neither.
 */
export function globalsOf(file: SourceFile): readonly string[] {
  return nodesOf(file)
    .filter(ts.isIdentifier)
    .flatMap((name) => {
      const { parent } = name;
      if (ts.isPropertyAccessExpression(parent) && parent.name === name) {
        return ts.isIdentifier(parent.expression) && parent.expression.text === 'globalThis' ? [name.text] : [];
      }
      if ('name' in parent && parent.name === name && !ts.isBindingElement(parent)) return [];
      if (ts.isTypeReferenceNode(parent)) return [];
      if (ts.isPropertyAccessExpression(parent)) return [name.text, `${name.text}.${parent.name.text}`];
      if (ts.isNewExpression(parent)) return [name.text, `new ${name.text}`];
      if (ts.isCallExpression(parent)) return [name.text, `${name.text}()`];
      return [name.text];
    });
}
