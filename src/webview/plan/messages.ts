export interface PlanRow {
  readonly depth: number;
  readonly text: string;
  readonly cost: string;
  readonly rows: string;
  readonly actualRows: string;
  readonly milliseconds: string;
  /** Of the most expensive step, from 0 to 1: by time where it was measured, else by cost. */
  readonly share: number;
  /** Why the step deserves a look; empty for none. */
  readonly remark: string;
}

export interface ShownPlan {
  readonly sql: string;
  readonly findings: readonly string[];
  readonly rows: readonly PlanRow[];
  readonly measured: boolean;
  /** The statement is a read that can be run to be measured. */
  readonly measurable: boolean;
}

export type ToPlanView = { readonly type: 'plan'; readonly plan: ShownPlan } | { readonly type: 'busy'; readonly busy: boolean };

export interface FromPlanView {
  readonly type: 'ready' | 'measure' | 'text';
}

export type PlanStrings = Readonly<
  Record<
    'findings' | 'nothing' | 'step' | 'cost' | 'rows' | 'actualRows' | 'milliseconds' | 'share' | 'measure' | 'text' | 'statement' | 'plan',
    string
  >
>;
