import type { ReviewedStatement } from './writeReview.ts';

/** A statement of a person, which runs as it is written: nothing of it is verified, and what is not known is left out. */
export function plainReview(known: Pick<ReviewedStatement, 'verb' | 'sql'> & Partial<ReviewedStatement>): ReviewedStatement {
  return {
    ...{ sizes: [], about: false, level: 'shown', verified: [], unverified: [], irreversible: false, warnings: [], facts: [] },
    ...{ tables: [], triggers: [], plan: [] },
    ...known,
  };
}
