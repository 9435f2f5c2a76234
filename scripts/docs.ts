import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { PROMPTS } from '../src/server/prompts.ts';
import { RESOURCE_TEMPLATES } from '../src/server/resources.ts';
import { VARIABLES } from '../src/server/config/variables.ts';
import { limitsOf } from '../src/server/limits.ts';
import { allTools } from '../src/server/tools/all.ts';
import { ROOT } from '../test/harness/root.ts';

/** `npm run docs` writes the tables of README.md and docs/standalone.md from the code; `-- --check` fails where they are stale. */

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly markdownDescription: string }>> };
  };
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function toolTable(): string {
  const rows = allTools(limitsOf()).map(({ name, description, inputSchema }) => {
    const parameters = Object.keys(inputSchema['properties'] ?? {})
      .map((parameter) => `\`${parameter}\``)
      .join(', ');
    return `| \`${name}\` | ${cell(description)} | ${parameters} |`;
  });
  return ['| tool | what it does | parameters |', '| --- | --- | --- |', ...rows].join('\n');
}

function promptTable(): string {
  const rows = PROMPTS.map(({ name, description, arguments: inputs }) => {
    const named = inputs.map((input) => `\`${input.name}\`${input.required ? '' : ' (optional)'}`).join(', ');
    return `| \`${name}\` | ${cell(description)} | ${named} |`;
  });
  return ['| prompt | what it starts | arguments |', '| --- | --- | --- |', ...rows].join('\n');
}

function resourceTable(): string {
  const rows = RESOURCE_TEMPLATES.map(({ uriTemplate, description }) => `| \`${uriTemplate}\` | ${cell(description)} |`);
  return ['| resource | what it holds |', '| --- | --- |', ...rows].join('\n');
}

function settingTable({ contributes }: Manifest): string {
  const rows = Object.entries(contributes.configuration.properties).map(
    ([id, { markdownDescription }]) => `| \`${id}\` | ${cell(markdownDescription)} |`,
  );
  return ['| setting | meaning |', '| --- | --- |', ...rows].join('\n');
}

function commandTable({ contributes }: Manifest): string {
  const rows = contributes.commands.map(({ command, title, category }) => `| ${category}: ${title} | \`${command}\` |`);
  return ['| command | id |', '| --- | --- |', ...rows].join('\n');
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
function fill(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`There is no place for ${name}.`);
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
}

function variableTable(): string {
  const rows = VARIABLES.map(
    ({ name, aliases = [], description }) => `| ${[name, ...aliases].map((one) => `\`${one}\``).join(', ')} | ${cell(description)} |`,
  );
  return ['| variable | meaning |', '| --- | --- |', ...rows].join('\n');
}

const english = JSON.parse(await readFile(path.join(ROOT, 'package.nls.json'), 'utf8')) as Readonly<Record<string, string>>;
const named = (await readFile(path.join(ROOT, 'package.json'), 'utf8')).replaceAll(/"%([\w.]+)%"/g, (_, key: string) =>
  JSON.stringify(english[key]),
);
const manifest = JSON.parse(named) as Manifest;
const TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'README.md': {
    tools: toolTable(),
    prompts: promptTable(),
    resources: resourceTable(),
    commands: commandTable(manifest),
    settings: settingTable(manifest),
  },
  'docs/standalone.md': { variables: variableTable() },
};

for (const [name, tables] of Object.entries(TABLES)) {
  const file = path.join(ROOT, name);
  const old = await readFile(file, 'utf8');
  const filled = Object.entries(tables).reduce((text, [table, content]) => fill(text, table, content), old);
  const fresh = await format(filled, { ...(await resolveConfig(file)), parser: 'markdown' });
  if (!process.argv.includes('--check')) {
    await writeFile(file, fresh);
  } else if (fresh !== old) {
    console.error(`The tables of ${name} are stale: run npm run docs.`);
    process.exitCode = 1;
  }
}
