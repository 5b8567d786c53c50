import ts from 'typescript';
import { projectFile } from './source-files.ts';

/** What the compiler has against a line. */
export interface Complaint {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly code: number;
  /** The whole message, with all of its reasons. */
  readonly message: string;
}

/** Compiles texts as if they were files of the project, with the project's own settings. */
export function compile(files: ReadonlyMap<string, string>): readonly Complaint[] {
  const texts = new Map([...files].map(([path, text]) => [projectFile(path), text]));
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(projectFile('tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    projectFile('.'),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const text = texts.get(path);
    return text === undefined ? getSourceFile(path, version, ...rest) : ts.createSourceFile(path, text, version);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return [...texts.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return diagnostics.map(({ code, messageText, start = 0 }) => ({
      file: path.slice(projectFile('.').length),
      line: (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1,
      code,
      message: ts.flattenDiagnosticMessageText(messageText, ' '),
    }));
  });
}
