import type { WriteFinished } from '../broker/contracts.ts';
import { number } from './reviewHeadline.ts';
import type { Translate } from './translate.ts';
import { undoObstacleText } from './undoWords.ts';

export type ReviewKind = 'write' | 'export';

/** What became of a write or export for good. */
export type FinishedReview = Omit<WriteFinished, 'id'> & { readonly outcome: Exclude<WriteFinished['outcome'], 'changed'> };

/** Between the decision and the outcome. */
export function runningText(kind: ReviewKind, t: Translate): string {
  return kind === 'write' ? t('Running…') : t('Exporting…');
}

export function outcomeText(kind: ReviewKind, write: FinishedReview, t: Translate): string {
  return kind === 'write' ? writeText(write, t) : exportText(write, t);
}

function exportText({ outcome, rows = 0, milliseconds }: FinishedReview, t: Translate): string {
  switch (outcome) {
    case 'committed':
    case 'exported':
      return t('Exported in {0} ms. Rows: {1}.', number(milliseconds), number(rows));
    case 'rejected':
      return t('You rejected the export. No file was written.');
    case 'expired':
      return t('The request expired. No file was written.');
    case 'failed':
      return t('The export failed. No file was written.');
    case 'unknown':
      return t('OUTCOME UNKNOWN: check whether the file is complete.');
  }
}

function writeText({ outcome, rows = 0, milliseconds, notUndone }: FinishedReview, t: Translate): string {
  switch (outcome) {
    case 'exported':
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
