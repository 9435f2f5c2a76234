import * as z from 'zod';
import type { ServerWarning } from '../../engine/driver/session.ts';
import { previewDocument } from '../../engine/writes/previewText.ts';
import { describeTarget } from '../../engine/driver/profile.ts';
import { undoObstacleText } from '../messages/undoWords.ts';
import type { WrittenStatements } from '../writes/writeFlow.ts';
import { answerText } from './resultText.ts';
import { connectionInput, databaseInput, defineTool, paramsInput, timeoutInput } from './tool.ts';

const SHOWN_WARNINGS = 5;
/** As the engine keeps of each result of a procedure. */
const MAX_RETURNED = 40_000;

export const mysqlExecute = defineTool({
  name: 'mysql_execute',
  title: 'MySQL execute (writes)',
  description:
    'Changes data or schema where the connection allows it. The user reviews a preview first and decides; only what was shown is committed. Statements separated by ; are one transaction.',
  input: () =>
    z.strictObject({
      sql: z.string().min(1),
      params: paramsInput(),
      connection: connectionInput(),
      database: databaseInput(),
      preview: z.boolean().optional().describe("Preview only; don't ask."),
      timeoutSeconds: timeoutInput(),
    }),
  operation: 'write',
  gives: 'data',
  async run({ sql, params, connection: wanted, database: named, preview: only, timeoutSeconds }, context) {
    context.connections.invalidate(); // what the user has closed a moment ago is closed
    const target = await context.connections.open(wanted);
    context.usesConnection(target.profile.name);
    const options = {
      caller: 'mysql_execute',
      database: named,
      parameters: params,
      signal: context.signal,
      timeoutMs: (timeoutSeconds ?? context.limits.seconds) * 1000,
    };
    if (only === true) {
      const preview = await context.writes.preview(target, sql, options);
      const connection = `${target.profile.name}, ${describeTarget(target.profile)}`;
      return `Nothing was changed. What it would do:\n${context.untrusted(previewDocument(preview, connection))}`;
    }
    const written = await context.writes.run(target, sql, options);
    const { preview, outcome } = written;
    const lines = outcome.effects.map(({ counted, affected, warnings }, i) => {
      const { verb, shape } = preview.statements[i]?.statement ?? { verb: '', shape: undefined };
      const rows =
        shape === undefined
          ? 'done'
          : counted === affected
            ? rowsText(affected)
            : `${rowsText(affected)} changed, ${String(counted)} matched`;
      return `${outcome.effects.length === 1 ? '' : `#${String(i + 1)} `}${verb}: ${rows}${warningText(warnings, context.untrusted)}`;
    });
    const undo = undoLines(written, context.untrusted);
    const returned = outcome.results ?? [];
    const results = returned.length === 0 ? [] : [answerText(returned, 'csv', MAX_RETURNED, context.untrusted)];
    return [`COMMITTED on ${target.profile.name}, in ${String(outcome.elapsedMs)} ms.`, ...lines, ...undo, ...results].join('\n');
  },
});

function undoLines({ outcome, undo }: WrittenStatements, untrusted: (text: string) => string): string[] {
  const { notUndone, undo: script } = outcome;
  if (notUndone !== undefined) return [undoObstacleText(notUndone, untrusted)];
  if (undo === undefined) return [];
  if (undo.script === undefined) return ['Undo: the user can undo it in VS Code for one day.'];
  return [
    `Undo: statements that restore the rows are in ${undo.script}, for one day.`,
    ...(script === undefined || script.fires.length === 0
      ? []
      : [`They fire triggers, which may change the rows again: ${untrusted(script.fires.join(', '))}`]),
  ];
}

function rowsText(count: number): string {
  return count === 1 ? '1 row' : `${String(count)} rows`;
}

function warningText(warnings: readonly ServerWarning[], untrusted: (text: string) => string): string {
  const texts = warnings.filter(({ level }) => level !== 'Note').map(({ errno, message }) => `${String(errno)} ${message}`);
  return texts.length === 0 ? '' : `\n${untrusted(texts.slice(0, SHOWN_WARNINGS).join('\n'))}`;
}
