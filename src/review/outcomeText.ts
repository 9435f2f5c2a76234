import type { WriteFinished } from '../broker/contracts.ts';
import { number } from './reviewHeadline.ts';
import type { Translate } from './translate.ts';
import { undoObstacleText } from './undoWords.ts';

/** What became of a write for good. */
export type FinishedReview = Omit<WriteFinished, 'id'> & { readonly outcome: Exclude<WriteFinished['outcome'], 'changed'> };

export function outcomeText({ outcome, rows = 0, milliseconds, notUndone }: FinishedReview, t: Translate): string {
  switch (outcome) {
    case 'committed': {
      const done = t('Committed in {0} ms. Rows changed: {1}.', number(milliseconds), number(rows));
      return notUndone === undefined ? done : `${done} ${undoObstacleText(notUndone, t)}`;
    }
    case 'rejected':
      return t('You rejected the write. Nothing was changed.');
    case 'expired':
      return t('The request expired. Nothing was changed.');
    case 'failed':
      return t('The statement failed. Nothing was changed.');
    case 'unknown':
      return t('OUTCOME UNKNOWN: check whether the change was made.');
  }
}
