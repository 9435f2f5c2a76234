import assert from 'node:assert/strict';
import { CONNECTION, problemsOf, SECRET, type Case } from './startCase.ts';

const RIGHT = JSON.stringify({ connections: [CONNECTION] }, undefined, 2);

/** Texts that are no configuration at all: what is said of them, with the place. */
const BROKEN: Readonly<Record<string, readonly [text: string, says: RegExp]>> = {
  'an empty file': ['', /\(line 1 column 1\): the file is empty\.$/],
  'white space': [' \n\t', /the file is empty\.$/],
  'a comment': [`{\n  // ${SECRET}\n}`, /\(line 2 column 3\): comments aren't allowed in JSON\.$/],
  'a long comment': [`/* ${SECRET} */ {}`, /\(line 1 column 1\): comments aren't allowed in JSON\.$/],
  'a comma after the last entry': [RIGHT.replace('}\n  ]', '},\n  ]'), /\] follows a comma\.$/],
  'a comma after the last key': [RIGHT.replace('"app",', '"app",,'), /a name in double quotes is missing\.$/],
  'no comma': [RIGHT.replace('"app",', '"app"'), /a comma is missing\.$/],
  'no colon': ['{"connections" []}', /\(line 1 column 16\): a colon is missing\.$/],
  'single quotes': [`{'connections': '${SECRET}'}`, /\(line 1 column 2\): names and strings need straight double quotes\.$/],
  'typographic quotes': ['{\u201cconnections\u201d: []}', /straight double quotes\.$/],
  'a name without quotes': ['{connections: []}', /a name in double quotes is missing\.$/],
  'a word without quotes': [`{"folder": ${SECRET}}`, /\(line 1 column 12\): a value is missing; strings need double quotes\.$/],
  'a word of Python': ['{"fullStatements": True}', /a value is missing/],
  'a path of Windows': ['{"folder": "C:\\Users\\me"}', /\(line 1 column 15\): write a backslash in a string twice\.$/],
  'a quote that is not closed': [`{"folder": "${SECRET}\n}`, /a string has no closing quote on its line\.$/],
  'the end is missing': [RIGHT.slice(0, -1), /the file ends before \}\.$/],
  'a bracket too many': [`${RIGHT}}`, /there is text after the end of the configuration\.$/],
  'the wrong bracket': ['{"connections": [}', /\} closes nothing\.$/],
  YAML: [`connections:\n  - name: ${SECRET}\n`, /\(line 1 column 1\): the file must start with \{; YAML and TOML aren't supported\.$/],
  TOML: [`[connections]\nname = "${SECRET}"\n`, /a value is missing/],
  'a million brackets': ['['.repeat(1_000_000), /nested too deeply\.$/],
};

export const brokenCases: readonly Case[] = Object.entries(BROKEN).map(([title, [file, says]]) => ({
  title,
  start: { args: ['--check', '--config', 'FILE'], env: {}, file },
  check: (_, ended) => {
    const [problem = '', ...more] = problemsOf(ended);
    assert.match(problem, says);
    assert.deepEqual(more, []);
  },
}));

/** A byte order mark is Windows' way to say that a file is UTF-8. */
export const markedCase: Case = {
  title: 'a file with a byte order mark is read',
  start: { args: ['--check', '--config', 'FILE'], env: {}, file: `\uFEFF${RIGHT}` },
  check: (said, ended) => {
    assert.equal(ended.status, 1);
    assert.match(said, /FAILED: host\.unreachable/);
  },
};
