/** One step of a plan, ready to be shown. */
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

/** A plan, ready to be shown. */
export interface ShownPlan {
  readonly sql: string;
  readonly findings: readonly string[];
  readonly rows: readonly PlanRow[];
  readonly measured: boolean;
  /** The statement is a read that can be run to be measured. */
  readonly measurable: boolean;
}

/** To the view. */
export type ToPlanView = { readonly type: 'plan'; readonly plan: ShownPlan } | { readonly type: 'busy'; readonly busy: boolean };

/** From the view. */
export interface FromPlanView {
  readonly type: 'ready' | 'measure' | 'text';
}

/** The words of the view, in the user's language. */
export type PlanStrings = Readonly<
  Record<
    'findings' | 'nothing' | 'step' | 'cost' | 'rows' | 'actualRows' | 'milliseconds' | 'share' | 'measure' | 'text' | 'statement' | 'plan',
    string
  >
>;
