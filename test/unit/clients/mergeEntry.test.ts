import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse as parseJsonc } from 'jsonc-parser';
import { parse as parseToml, stringify } from 'smol-toml';
import { MCP_CLIENTS, vscodeEntry, VSCODE_KEY, type McpClient, type ServerEntry } from '../../../src/clients/mcpClients.ts';
import { mergeEntry } from '../../../src/clients/mergeEntry.ts';
import { MergeError, type MergeProblem } from '../../../src/clients/mergeRules.ts';

const client = (id: string): McpClient => MCP_CLIENTS.find((one) => one.id === id) ?? assert.fail(id);
const [ZED, CURSOR, CODEX] = [client('zed'), client('cursor'), client('codex')];
const ENTRY = vscodeEntry(CURSOR, '1.2.3', 'linux');
const OLDER = vscodeEntry(CURSOR, '1.0.0', 'linux');

const add = (text: string | undefined, format: McpClient, entry: ServerEntry = ENTRY): string | undefined =>
  mergeEntry(text, format, VSCODE_KEY, entry)?.text;
const remove = (text: string, format: McpClient): string | undefined => mergeEntry(text, format, VSCODE_KEY, undefined)?.text;
const problem = (text: string, format: McpClient): MergeProblem | undefined => {
  try {
    add(text, format);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof MergeError, String(error));
    return error.problem;
  }
};

/** Without prototypes of the parser. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** JSON as people write it: comments, trailing commas, tabs, other ends of lines. */
const jsonc = fc
  .record({
    value: fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 }),
    servers: fc.option(fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })),
    indent: fc.constantFrom('  ', '\t', '    ', ''),
    eol: fc.constantFrom('\n', '\r\n'),
    comment: fc.constantFrom('', '// { "mcpServers": { } }\n', '/* a " comment */ '),
    trailing: fc.boolean(),
    mark: fc.constantFrom('', '\uFEFF'),
  })
  .map(({ value, servers, indent, eol, comment, trailing, mark }) => {
    const { [VSCODE_KEY]: _, ...others } = servers ?? {};
    const { context_servers: __, ...rest } = value as Record<string, unknown>;
    const whole = servers === null ? rest : { ...rest, context_servers: others };
    const text = JSON.stringify(whole, undefined, indent);
    const ended = trailing && Object.keys(whole).length > 0 ? text.replace(/\s*\}$/, (end) => `,${end}`) : text;
    return { whole: JSON.parse(text) as Record<string, unknown>, text: mark + `${comment}${ended}\n`.replaceAll('\n', eol) };
  });

/** jsonc-parser reads no property of this name; the text of one is not touched. */
const PROTO = '__proto__';

suite('merging an entry into a configuration', () => {
  test('any valid JSONC stays as it is but for our entry, and without it again is what it was', () => {
    fc.assert(
      fc.property(
        jsonc.filter(({ text }) => !text.includes(PROTO)),
        ({ whole, text }) => {
          const after = add(text, ZED) ?? assert.fail('nothing was added');
          const read = parseJsonc(after.replace(/^\uFEFF/, ''), [], { allowTrailingComma: true }) as Record<string, unknown>;
          const servers = (whole as { context_servers?: object }).context_servers ?? {};
          assert.deepEqual(read, { ...whole, context_servers: { ...servers, [VSCODE_KEY]: ENTRY } });
          for (const comment of ['// { "mcpServers": { } }', '/* a " comment */'])
            assert.equal(after.includes(comment), text.includes(comment));
          assert.equal(after.startsWith('\uFEFF'), text.startsWith('\uFEFF'));
          assert.equal(add(after, ZED), undefined, 'a second time changes nothing');
          const gone = remove(after, ZED) ?? assert.fail('nothing was removed');
          assert.deepEqual(parseJsonc(gone.replace(/^\uFEFF/, ''), [], { allowTrailingComma: true }), {
            ...whole,
            context_servers: servers,
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  test('lines of the file that are not ours are the same, byte for byte', () => {
    const text = '{\r\n\t// mine\r\n\t"mcpServers": {\r\n\t\t"a":   {"command" : "x"}, // odd\r\n\t},\r\n\t"z": 1\r\n}\r\n';
    const after = add(text, ZED) ?? '';
    for (const line of text.split('\r\n')) assert.ok(after.includes(line.replace(/,$/, '')), line);
    assert.ok(!/[^\r]\n/.test(after));
  });

  test('a file that is not there, or empty, gets the entry alone', () => {
    for (const text of [undefined, '', ' \n', '\uFEFF'])
      assert.deepEqual(JSON.parse((add(text, CURSOR) ?? '').replace('\uFEFF', '')), { mcpServers: { 'mysql-pilot': ENTRY } });
    assert.match(add(undefined, CURSOR) ?? '', /^\{\n {2}"mcpServers": \{\n {4}"mysql-pilot": \{\n[^]*\}\n$/);
  });

  test('an older entry of ours gets the new version and keeps what somebody has added', () => {
    const text = JSON.stringify({ mcpServers: { 'mysql-pilot': { ...OLDER, disabled: false, env: { A: 'b' } } } }, undefined, 2);
    const read = JSON.parse(add(text, CURSOR) ?? '') as { mcpServers: Record<string, unknown> };
    assert.deepEqual(read.mcpServers['mysql-pilot'], { ...ENTRY, disabled: false, env: { A: 'b' } });
  });

  test('what is not certain is refused, and changes nothing', () => {
    assert.equal(problem('{', CURSOR), 'broken');
    assert.equal(problem('{"a": 1} {', CURSOR), 'broken');
    assert.equal(problem('{"a": tru}', ZED), 'broken');
    assert.equal(problem('{ // a\n}', CURSOR), 'comments');
    assert.equal(problem('{"a": 1,}', CURSOR), 'comments');
    assert.equal(problem('[]', CURSOR), 'notAnObject');
    assert.equal(problem('"mcpServers"', CURSOR), 'notAnObject');
    assert.equal(problem('{"mcpServers": []}', CURSOR), 'notAnObject');
    assert.equal(problem('{"mcpServers": null}', CURSOR), 'notAnObject');
    assert.equal(problem('{"mcpServers": {}, "mcpServers": {}}', CURSOR), 'twice');
    assert.equal(problem('{"mcpServers": {"mysql-pilot": 1, "mysql-pilot": 2}}', CURSOR), 'twice');
    for (const foreign of [
      { command: 'x' },
      { url: 'https://x' },
      1,
      null,
      { ...ENTRY, args: [...ENTRY.args, '--more'] },
      { ...ENTRY, command: 'bunx' },
    ])
      assert.equal(problem(JSON.stringify({ mcpServers: { 'mysql-pilot': foreign } }), CURSOR), 'foreign');
    assert.equal(problem('['.repeat(50_000), CURSOR), 'broken');
  });

  test('what is shown of the change has nothing else of the file', () => {
    const text = JSON.stringify({ mcpServers: { other: { env: { TOKEN: 'canary-in-another-entry' } } } });
    const merged = mergeEntry(text, CURSOR, VSCODE_KEY, ENTRY) ?? assert.fail();
    assert.ok(!JSON.stringify(merged.edits).includes('canary'));
    assert.ok(merged.edits.some(({ added }) => added.includes('mysql-pilot@1.2.3')));
  });

  test('TOML keeps its form, comments and tables, with our table at the end', () => {
    const value = fc.oneof(fc.string({ unit: 'grapheme-ascii' }), fc.integer({ min: -1000, max: 1000 }), fc.boolean());
    const tables = fc.dictionary(
      fc.stringMatching(/^[a-z][a-z0-9-]{0,7}$/),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), value, { minKeys: 1, maxKeys: 3 }),
      { maxKeys: 4 },
    );
    fc.assert(
      fc.property(tables.map(plain), tables.map(plain), fc.constantFrom('\n', '\r\n'), fc.boolean(), (rest, servers, eol, ended) => {
        const { [VSCODE_KEY]: _, ...others } = servers as Record<string, unknown>;
        const { mcp_servers: __, ...whole } = rest as Record<string, unknown>;
        const data = Object.keys(others).length === 0 ? whole : { ...whole, mcp_servers: others };
        const text = `# mine\n${stringify(data).trim()}${ended ? '\n' : ''}`.replaceAll('\n', eol);
        const after = add(text, CODEX) ?? assert.fail();
        assert.ok(after.startsWith(text));
        assert.deepEqual(plain(parseToml(after)), { ...data, mcp_servers: { ...others, [VSCODE_KEY]: ENTRY } });
        assert.equal(add(after, CODEX), undefined);
        const newer = add(add(text, CODEX, OLDER) ?? '', CODEX) ?? assert.fail();
        assert.deepEqual(parseToml(newer), parseToml(after));
        const { mcp_servers: left, ...outside } = plain(parseToml(remove(after, CODEX) ?? '')) as Record<string, unknown>;
        assert.deepEqual([left ?? {}, outside], [others, plain(whole)]);
      }),
      { numRuns: 300 },
    );
    const inFront = add(
      '[mcp_servers.mysql-pilot]\ncommand = "npx"\nargs = [\n  "-y",\n  "mysql-pilot@1.0.0",\n  "--vscode",\n]\n\n# other\n[other]\na = 1\n',
      CODEX,
    );
    assert.match(
      inFront ?? '',
      /^\[mcp_servers.mysql-pilot\]\ncommand = "npx"\nargs = \[\n {2}"-y",\n {2}"mysql-pilot@1.2.3",\n {2}"--vscode",\n\]\n\n# other\n\[other\]\na = 1\n$/,
    );
  });

  test('TOML that no table can be added to is refused', () => {
    assert.equal(problem('mcp_servers = { a = { command = "x" } }\n', CODEX), 'inline');
    assert.equal(problem('mcp_servers = 1\n', CODEX), 'notAnObject');
    assert.equal(problem('[a\n', CODEX), 'broken');
    assert.equal(problem('[mcp_servers.mysql-pilot]\ncommand = "x"\n', CODEX), 'foreign');
    const inline = '[mcp_servers]\nmysql-pilot = { command = "npx", args = ["-y", "mysql-pilot@1.0.0", "--vscode"] }\n';
    assert.equal(add(inline, CODEX), inline.replace('1.0.0', '1.2.3'));
    assert.throws(() => remove(inline, CODEX), { problem: 'inline' });
    assert.equal(problem(`a = "mysql-pilot@1.0.0"\n${inline}`, CODEX), 'inline', 'which of both is meant is not certain');
    const withTable =
      '[mcp_servers.mysql-pilot]\ncommand = "npx"\nargs = ["-y", "mysql-pilot@1.0.0", "--vscode"]\n[mcp_servers.mysql-pilot.env]\nA = "b"\n';
    assert.equal(add(withTable, CODEX), withTable.replace('1.0.0', '1.2.3'));
    assert.throws(() => remove(withTable, CODEX), { problem: 'inline' }, 'a table below ours is not left behind');
  });
});
