import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REPOSITORY } from './chatd.ts';

/** One file of the source, and what it imports. */
export interface SourceFile {
  /** From the repository's root: `src/server/server.ts`. */
  readonly path: string;
  readonly text: string;
  /** Files of `src` it imports, types included, as paths like its own. */
  readonly imports: readonly string[];
  /** Packages it imports: `ws`, `node:fs`. */
  readonly packages: readonly string[];
}

// `import x from 'y'`, `export … from 'y'`, `import 'y'`, `import('y')`, `new URL('./y', …)` for workers.
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|\bnew URL\(\s*)'([^']+)'/g;

/** Every TypeScript file below `folder` that is ours. */
export function sourceFiles(folder: string): readonly SourceFile[] {
  const exclude = (path: string) => path.endsWith('node_modules');
  return globSync(`${folder}/**/*.{ts,tsx}`, { cwd: REPOSITORY, exclude }).toSorted().map(readSource);
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(REPOSITORY, path), 'utf8');
  const specifiers = [...withoutComments(text).matchAll(IMPORT)].map((match) => match[1] ?? '');
  const relative = specifiers.filter((specifier) => /^\.\.?\/.*\.tsx?$/.test(specifier));
  return {
    path,
    text,
    imports: relative.map((specifier) => join(dirname(path), specifier)),
    packages: specifiers.filter((specifier) => /^(@?[a-z]|node:)/.test(specifier)),
  };
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');
}
