import type { AgentDatabase } from '../../engine/connection/database.ts';
import type { SchemaComparison } from '../../engine/ddl/compare/compareSchemas.ts';
import type { Difference } from '../../engine/ddl/compare/compareTables.ts';
import { MAX_TABLES } from '../../engine/ddl/compare/maxTables.ts';
import type { Snapshot } from '../../engine/ddl/compare/snapshot.ts';
import { PilotError } from '../../engine/errors.ts';
import { cut, visibleText } from '../../engine/text.ts';
import { unknownDatabase } from './schemaTexts.ts';
import type { ToolContext } from './tool.ts';

/** Of a definition in the list; the script has all of it. */
const SHOWN = 160;
const MAX_DIFFERENCES = 200;

interface Side {
  readonly database: AgentDatabase;
  readonly name: string | undefined;
  readonly profile: string;
  readonly tables: readonly string[];
}

/** What another database has otherwise, and what makes it equal to this one. */
export async function compareText(here: Side, compareWith: string, { connections }: Pick<ToolContext, 'connections'>): Promise<string> {
  const { name, tables, profile } = here;
  if (name === undefined) throw new PilotError('input.invalid', 'No database is selected.', { nextStep: 'Pass `database`.' });
  const there = await otherSide(here, name, compareWith, connections);
  if (there.database === here.database && there.name === name)
    throw new PilotError('input.invalid', "A database can't be compared with itself.", {
      nextStep: 'Name another database in `compareWith`.',
    });
  const found = here.database.schema.compare(await read(here.database, name, tables), await read(there.database, there.name, tables));
  return comparisonText(found, `${profile}/${name}`, `${there.profile}/${there.name}`);
}

async function read({ schema }: AgentDatabase, name: string, tables: readonly string[]): Promise<Snapshot> {
  const found = await schema.snapshot(name, tables);
  if (typeof found === 'object') return found;
  if (found === undefined) throw unknownDatabase(name, await schema.databases());
  throw new PilotError('input.invalid', `${name} has ${String(found)} tables; at most ${String(MAX_TABLES)} are compared.`, {
    nextStep: 'Name the tables.',
  });
}

/** A connection, `connection/database`, or a database of this connection. */
async function otherSide(
  { database, profile }: Side,
  name: string,
  given: string,
  connections: ToolContext['connections'],
): Promise<{ database: AgentDatabase; name: string; profile: string }> {
  const names = new Set((await connections.list()).map((one) => one.name));
  const slash = given.lastIndexOf('/');
  const isQualified = !names.has(given) && slash > 0 && names.has(given.slice(0, slash));
  const connection = names.has(given) ? given : isQualified ? given.slice(0, slash) : undefined;
  const where = names.has(given) ? undefined : isQualified ? given.slice(slash + 1) : given;
  if (connection === undefined) return { database, name: where ?? name, profile };
  const opened = await connections.open(connection);
  return { database: opened.database, name: where ?? opened.profile.database ?? name, profile: connection };
}

function comparisonText({ differences, byVersion, unread, script }: SchemaComparison, here: string, there: string): string {
  const left = differences.length - MAX_DIFFERENCES;
  return [
    differences.length === 0
      ? `No differences between ${here} and ${there}.`
      : `${String(differences.length)} differences (${here} | ${there}):`,
    ...differences.slice(0, MAX_DIFFERENCES).map(line),
    ...(left > 0 ? [`… and ${String(left)} more: name tables`] : []),
    ...(byVersion.length === 0 ? [] : [`Ignored version differences: ${byVersion.join('; ')}.`]),
    ...(unread.length === 0 ? [] : [`Not compared: ${unread.map(visibleText).join(', ')}.`]),
    ...(script.length === 0
      ? []
      : [`To make ${there} equal to ${here} (rows of what is dropped are lost; check it with mysql_explain):`, scriptText(script)]),
  ].join('\n');
}

function line({ kind, name, here, there }: Difference): string {
  const side = (text: string | undefined): string => (text === undefined ? 'none' : visibleText(cut(text.replaceAll(/\s+/g, ' '), SHOWN)));
  return `${kind} ${visibleText(name)}: ${side(here)} | ${side(there)}`;
}

/** Programs hold semicolons, so that they stand between other delimiters, each on a line of its own: a program may end with a comment. */
function scriptText(script: readonly string[]): string {
  return script
    .map((statement) => statement.split('\n').map(visibleText).join('\n'))
    .map((statement) =>
      /^CREATE (?:FUNCTION|PROCEDURE|TRIGGER|EVENT)\b/.test(statement) ? `DELIMITER //\n${statement}\n//\nDELIMITER ;` : `${statement};`,
    )
    .join('\n');
}
