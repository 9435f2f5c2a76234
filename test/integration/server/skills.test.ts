import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { AgentSetup, asRoot } from '../../harness/mcp/agentSetup.ts';
import { execute } from '../../harness/servers/testServer.ts';
import { ROOT } from '../../harness/root.ts';

interface Skill {
  readonly name: string;
  readonly front: { readonly name: string; readonly description: string };
  readonly body: string;
}

interface Step {
  readonly tool: string;
  readonly args: Record<string, unknown>;
}

const FOLDER = path.join(ROOT, 'media/skills');
/** What an agent would write for a word in capitals, in the sample. */
const WORDS = {
  STATEMENT: 'SELECT COUNT(*) AS n FROM orders WHERE note IS NULL',
  DATABASE: 'shop',
  OTHER_DATABASE: 'shop_copy',
  OTHER_TABLE: 'customers',
  TABLE: 'orders',
  COLUMN: 'note',
};

const SKILLS: readonly Skill[] = globSync('*/SKILL.md', { cwd: FOLDER })
  .sort()
  .map((file) => {
    const [, front = '', body = ''] = /^---\n([^]*?)\n---\n([^]*)$/.exec(readFileSync(path.join(FOLDER, file), 'utf8')) ?? [];
    return { name: path.dirname(file), front: parse(front) as Skill['front'], body };
  });

/** ALTER TABLE and UPDATE keep their keyword in front of the name of the table. */
function filled(text: string): string {
  return text.replaceAll(/\b(?:STATEMENT|OTHER_DATABASE|DATABASE|OTHER_TABLE|COLUMN|TABLE)\b/g, (word, at: number) =>
    text.slice(0, at).endsWith('ALTER ') || text.slice(0, at).endsWith('ADD ') ? word : WORDS[word as keyof typeof WORDS],
  );
}

function stepsOf(body: string): readonly Step[] {
  return [...body.matchAll(/`(mysql_\w+) (\{[^`]*\})`/g)].map(([, tool = '', json = '']) => ({
    tool,
    args: JSON.parse(json, (_, value: unknown) => (typeof value === 'string' ? filled(value) : value)) as Step['args'],
  }));
}

suite('agent skills', function () {
  this.timeout(120_000);
  let setup: AgentSetup;

  suiteSetup(async () => {
    setup = await AgentSetup.start('mysql', {
      prepare: (server) => execute(server, 'CREATE DATABASE shop_copy'),
      profiles: (server) => [asRoot(server)],
    });
  });
  suiteTeardown(() => setup.dispose());

  test('are those that the extension contributes, named as their folder', () => {
    const { contributes } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      contributes: { chatSkills: readonly { path: string }[]; chatPlugins?: unknown };
    };
    assert.deepEqual(
      contributes.chatSkills.map((skill) => skill.path).sort(),
      SKILLS.map(({ name }) => `./media/skills/${name}/SKILL.md`),
    );
    assert.equal(contributes.chatPlugins, undefined, 'a plugin in the extension would show each skill twice');
    for (const { name, front } of SKILLS) {
      assert.equal(front.name, name);
      assert.match(name, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      assert.match(front.description, /MySQL/);
      assert.ok(front.description.length <= 1024, name);
    }
  });

  test('name only tools and parameters that there are', async () => {
    const { tools } = await setup.client.client.listTools();
    const parameters = new Map(tools.map(({ name, inputSchema }) => [name, Object.keys(inputSchema.properties ?? {})]));
    parameters.set('mysql_execute', ['sql']); // offered where writes are allowed
    for (const { name, body } of SKILLS) {
      for (const [tool] of body.matchAll(/\bmysql_\w+/g)) assert.ok(parameters.has(tool), `${name}: ${tool}`);
      for (const { tool, args } of stepsOf(body))
        for (const key of Object.keys(args)) assert.ok(parameters.get(tool)?.includes(key), `${name}: ${tool} has no ${key}`);
    }
  });

  for (const { name, body } of SKILLS.filter((skill) => skill.name !== 'mysql-pilot')) {
    test(`${name}: each step gives an answer on a real server`, async () => {
      const steps = stepsOf(body);
      assert.ok(steps.length >= 4, 'a skill has steps');
      for (const { tool, args } of steps) {
        const { text, isError } = await setup.client.call(tool, args);
        assert.ok(!isError, `${tool} ${JSON.stringify(args)}: ${text}`);
        assert.ok(text.length > 10, `${tool} answers something`);
      }
    });
  }
});
