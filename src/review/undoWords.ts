import type { UndoObstacle } from '../engine/writes/undoRecord.ts';
import type { Translate } from './translate.ts';
import { engineWords } from './engineWords.ts';

/** Why a write can't be undone, in a sentence or two. Names and words of the server are for a text that shows no markup. */
export function undoObstacleText({ code, about }: UndoObstacle, t: Translate): string {
  const [first = '', second = '', third = ''] = about.map((one) => engineWords(one, t));
  switch (code) {
    case 'definition':
      return t("CREATE, ALTER, DROP, CALL, and administration statements can't be undone.");
    case 'rows':
      return t("This write can't be undone, because the affected rows weren't known in advance: {0}.", first);
    case 'lasting':
      return t("This write can't be undone, because some tables aren't transactional: {0}.", first);
    case 'unseen':
      return t("This write can't be undone, because the account may not see every change: {0}.", first);
    case 'trigger':
      return t("This write can't be undone, because the trigger {0} changes other rows.", first);
    case 'keyless':
      return t("This write can't be undone, because the table {0} has no primary key.", first);
    case 'keys':
      return t("This write can't be undone, because the keys of the changed rows aren't known: {0}.", first);
    case 'tooMany':
      return t("This write can't be undone, because it changed more than 10,000 rows, or very large rows.");
    case 'values':
      return t("This write can't be undone, because some values in {0} can't be written exactly as SQL literals.", first);
    case 'unread':
      return t("This write can't be undone, because the changed rows couldn't be read.");
    case 'server':
      return t('This connection now points to a different server. Nothing was undone.');
    case 'changedTable':
      return t('The table {0} has been altered or dropped since the write. Nothing was undone.', first);
    case 'changedRows':
      return second === ''
        ? t('Rows in {0} have changed since the write. Nothing was undone.', first)
        : t('Rows changed since the write: {0} of {1}, the first in {2}. Nothing was undone.', second, third, first);
    case 'done':
      return t('The rows already have their values from before the write. Nothing was changed.');
    case 'fires':
      return t('The trigger {0} would change other rows. Nothing was changed.', first);
    case 'references':
      return t("Rows in {0} would reference a row that doesn't exist (foreign key {1}). Nothing was changed.", first, second);
    case 'differs':
      return t('The server would store values in {0} that differ from those before the write. Nothing was changed.', first);
    case 'refused':
      return t('The server rejected the undo: {0} Nothing was changed.', /[.!?]$/.test(first) ? first : `${first}.`);
  }
}
