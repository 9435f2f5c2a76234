import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { agentPlugin } from '../../../scripts/build/agentPlugin.ts';
import { limitsOf } from '../../../src/server/limits/limits.ts';
import { allTools } from '../../../src/server/tools/builtInTools.ts';
import { ROOT } from '../../harness/root.ts';

/** What the schemas of Agent Plugins 1.0.0 require (agentplugins/agent-plugins-spec, schemas/1.0.0, read on 2026-11-29). */
const PluginSchema = z.strictObject({
  $schema: z.literal('https://agent-plugins.org/schemas/1.0.0/plugin.schema.json'),
  name: z
    .string()
    .max(64)
    .regex(/^(?!.*(?:--|\.\.))[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/),
  ...{ version: z.string(), description: z.string(), repository: z.string(), license: z.string(), keywords: z.array(z.string()) },
});
const McpSchema = z.strictObject({
  $schema: z.literal('https://agent-plugins.org/schemas/1.0.0/mcp.schema.json'),
  mcpServers: z.record(
    z.string(),
    z.strictObject({
      type: z.literal('stdio'),
      command: z.string().min(1),
      args: z.array(z.string()).optional(),
      env: z.record(z.string(), z.string()).optional(),
      cwd: z.string().optional(),
    }),
  ),
});

suite('the agent plugin', () => {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Parameters<typeof agentPlugin>[0];
  const files = agentPlugin(manifest);

  test('has a manifest and a server as the schemas of the specification require, under the name of the provided server', () => {
    const plugin = PluginSchema.parse(JSON.parse(files['plugin.json'] ?? ''));
    assert.deepEqual([plugin.name, plugin.version], ['mysql-pilot', manifest.version]);
    const { mcpServers } = McpSchema.parse(JSON.parse(files['mcp.json'] ?? ''));
    assert.deepEqual(mcpServers, {
      'mysql-pilot': { type: 'stdio', command: 'npx', args: ['-y', `mysql-pilot@${manifest.version}`, '--vscode'] },
    });
  });

  test('has the skills of the extension, each in a folder of its name', () => {
    const { contributes } = manifest as unknown as { contributes: { chatSkills: readonly { path: string }[] } };
    assert.deepEqual(
      Object.keys(files).filter((file) => file.startsWith('skills/')),
      contributes.chatSkills.map((skill) => skill.path.replace('./media/', '')).sort(),
    );
    for (const [file, text] of Object.entries(files)) {
      if (file.startsWith('skills/'))
        assert.match(text, new RegExp(`^---\\nname: ${path.basename(path.dirname(file))}\\ndescription: .+\\n---\\n`));
    }
  });

  test('has an agent with all tools that read, and no other', () => {
    const text = files['com.github.copilot/agents/mysql-reviewer.agent.md'] ?? '';
    const named = [...text.matchAll(/'mysql-pilot\/(\w+)'/g)].map(([, name]) => name);
    assert.deepEqual(
      named,
      allTools(limitsOf()).flatMap(({ name, operation }) => (operation === 'read' ? [name] : [])),
    );
    assert.ok(!named.includes('mysql_execute') && !named.includes('mysql_export'));
  });
});
