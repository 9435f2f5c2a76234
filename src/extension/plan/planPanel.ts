import * as vscode from 'vscode';
import * as z from 'zod';
import type { Database } from '../../engine/connection/database.ts';
import type { Plan } from '../../engine/diagnostics/explain.ts';
import { isPilotError } from '../../engine/errors.ts';
import type { FromPlanView, PlanStrings, ToPlanView } from '../../webview/plan/messages.ts';
import type { ReadOnlyDocuments } from '../files/readOnlyDocuments.ts';
import { PagePanel } from '../panels/pagePanel.ts';
import { planRows } from './planRows.ts';
import { planText } from './planText.ts';
import { plainLine } from '../../engine/foreignText.ts';
import { engineWords } from '../../review/engineWords.ts';

export interface PlanSubject {
  readonly sql: string;
  readonly database: Database;
  readonly inDatabase: string | undefined;
}

const LIMITS = { maxRows: 1000, maxCharacters: 5_000_000 };
const TIMEOUT_MS = 60_000;

const MessageSchema: z.ZodType<FromPlanView> = z.strictObject({ type: z.enum(['ready', 'measure', 'text']) });

export interface PlanParts {
  readonly extension: vscode.Uri;
  readonly documents: ReadOnlyDocuments;
  readonly log: vscode.LogOutputChannel;
}

/** Asks for the plan of a statement and shows it beside the file. Nothing runs before the person asks for it to be measured. */
export async function openPlan(parts: PlanParts, subject: PlanSubject): Promise<void> {
  const plan = await ask(subject, false);
  const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
  const title = plainLine(vscode.l10n.t('Plan'), 200);
  const panel = vscode.window.createWebviewPanel('mysqlPilot.plan', title, place, { retainContextWhenHidden: true });
  showPlan(parts, panel, subject, plan);
}

/** Fills a tab with a plan. */
export function showPlan(parts: PlanParts, panel: vscode.WebviewPanel, subject: PlanSubject, plan: Plan): void {
  new PlanPanel(parts, panel, subject, plan);
}

function ask({ sql, database, inDatabase }: PlanSubject, analyze: boolean, signal?: AbortSignal): Promise<Plan> {
  return database.reads.explain(sql, analyze, { database: inDatabase, limits: LIMITS, timeoutMs: TIMEOUT_MS, signal });
}

class PlanPanel extends PagePanel<FromPlanView, ToPlanView> {
  readonly #documents: ReadOnlyDocuments;
  readonly #subject: PlanSubject;
  #plan: Plan;
  #measured = false;
  /** Stops the statement that is being measured; undefined while none is. */
  #measuring: AbortController | undefined;

  constructor({ extension, documents, log }: PlanParts, panel: vscode.WebviewPanel, subject: PlanSubject, plan: Plan) {
    super(panel);
    this.#documents = documents;
    this.#subject = subject;
    this.#plan = plan;
    this.register(panel);
    this.register({ dispose: () => this.#measuring?.abort() });
    this.open({ extension, log, schema: MessageSchema, name: 'plan', title: panel.title, strings: strings() });
  }

  protected override failed(error: unknown): void {
    if (this.disposed && isPilotError(error, 'statement.canceled')) return; // closing the tab has stopped it
    this.post({ type: 'busy', busy: false });
    super.failed(error);
  }

  protected async receive({ type }: FromPlanView): Promise<void> {
    const { sql } = this.#subject;
    switch (type) {
      case 'measure':
        if (this.#measured || this.#measuring !== undefined) return; // the second click of a double click
        await this.#measure();
        break;
      case 'text':
        await this.#documents.show({ name: vscode.l10n.t('Plan'), ending: '.txt', text: planText(sql, this.#plan) });
        return;
      case 'ready':
        break;
    }
    const rows = planRows(this.#plan, {
      wrongEstimate: vscode.l10n.t('Inaccurate estimate'),
      more: (count) => vscode.l10n.t('Steps not shown: {0}. To see all steps, select "Open as Text".', count.toLocaleString()),
    });
    const { classifyUserStatement } = await import('../../engine/guard/userStatementPolicy.ts');
    const measurable = classifyUserStatement(sql).effect === 'reads';
    this.post({
      type: 'plan',
      plan: {
        sql,
        findings: this.#plan.findings.map((finding) => engineWords(finding, vscode.l10n.t)),
        rows,
        measured: this.#measured,
        measurable,
      },
    });
  }

  async #measure(): Promise<void> {
    const stop = new AbortController();
    this.#measuring = stop;
    try {
      this.post({ type: 'busy', busy: true });
      this.#plan = await ask(this.#subject, true, stop.signal);
      this.#measured = true;
      this.post({ type: 'busy', busy: false });
    } finally {
      this.#measuring = undefined;
    }
  }
}

function strings(): PlanStrings {
  const { t } = vscode.l10n;
  return {
    plan: t('Plan'),
    findings: t('Findings'),
    nothing: t('No issues found.'),
    step: t('Step'),
    cost: t('Cost'),
    rows: t('Estimated rows'),
    actualRows: t('Actual rows'),
    milliseconds: t('Time (ms)'),
    share: t('% of maximum'),
    measure: t('Run and Measure'),
    text: t('Open as Text'),
    statement: t('Statement'),
  };
}
