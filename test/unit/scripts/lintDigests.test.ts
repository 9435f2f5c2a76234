import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { lintDigests } from '../../../scripts/lint/digests.ts';

const FILES = {
  'package-lock.json': '{}',
  'src/lowest.ts': 'export const a: number = 1;',
  'src/middle.ts': "export { a } from './lowest.ts';",
  'src/top.ts': "import { a } from './middle.ts';\nexport const b = a;",
  'src/types.ts': "import type { b } from './top.ts';\nexport type B = typeof b;",
  'src/alone.ts': 'export const c = d;',
  'src/everywhere.d.ts': 'declare const d: number;',
  'elsewhere/inNone.ts': 'export {};',
  'elsewhere/release/out/inNone.ts': 'export {};',
  'release/built.ts': 'export {};',
};
type Name = keyof typeof FILES;
const SOURCES = Object.keys(FILES).filter((name) => name.startsWith('src/'));

/** It is no module, so it could mean what any file declares. */
const EVERYWHERE = 'src/everywhere.d.ts';

suite('digests of what the findings in a file depend on', () => {
  let root: string;
  setup(() => {
    root = mkdtempSync(path.join(tmpdir(), 'mpt-digests-'));
    for (const folder of ['src', 'elsewhere/release/out', 'release']) mkdirSync(path.join(root, folder), { recursive: true });
    for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(root, name), text);
  });
  teardown(() => {
    rmSync(root, { recursive: true });
  });

  function digests(): Map<string, string | undefined> {
    const options: ts.CompilerOptions = {
      noEmit: true,
      incremental: true,
      allowImportingTsExtensions: true,
      module: ts.ModuleKind.NodeNext,
    };
    const program = ts.createIncrementalProgram({ rootNames: SOURCES.map((name) => path.join(root, name)), options });
    return new Map([...lintDigests(root, [program])].map(([file, digest]) => [path.relative(root, file), digest]));
  }

  function changedWith(name: Name, text: string): string[] {
    const before = digests();
    writeFileSync(path.join(root, name), text);
    const after = digests();
    return [...before]
      .filter(([file, digest]) => after.get(file) !== digest)
      .map(([file]) => file)
      .sort();
  }

  test('are the same for the same files', () => {
    assert.deepEqual(digests(), digests());
  });

  test('change with a file for all that import it, at any depth and for types alone', () => {
    const lowest = changedWith('src/lowest.ts', 'export const a: string = "";');
    assert.deepEqual(lowest, [EVERYWHERE, 'src/lowest.ts', 'src/middle.ts', 'src/top.ts', 'src/types.ts']);
    assert.deepEqual(changedWith('src/types.ts', 'export {};'), [EVERYWHERE, 'src/types.ts']);
  });

  test('change for every file with what is declared everywhere, and with the packages', () => {
    assert.deepEqual(changedWith(EVERYWHERE, 'declare const d: string;'), SOURCES.sort());
    assert.deepEqual(changedWith('package-lock.json', '{ }'), SOURCES);
  });

  test('are there for the files of every folder but those that are built', () => {
    assert.deepEqual(
      [...digests().keys()].sort(),
      Object.keys(FILES)
        .filter((name) => name.endsWith('.ts') && name !== 'release/built.ts')
        .sort(),
    );
  });

  test('are missing for a file that is in no program: it is always looked at', () => {
    assert.ok(digests().has('elsewhere/inNone.ts'));
    assert.equal(digests().get('elsewhere/inNone.ts'), undefined);
  });
});
