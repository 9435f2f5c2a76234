import type { UndoObstacle } from '../../engine/writes/undoRecord.ts';
import type { Translate } from '../messages/describeForPerson.ts';
import { engineWords } from '../messages/engineWords.ts';

/** Why a write can't be undone, in a sentence or two. Names and words of the server are for a text that shows no markup. */
export function undoObstacleText({ code, about }: UndoObstacle, t: Translate): string {
  const [first = '', second = '', third = ''] = about.map((one) => engineWords(one, t));
  switch (code) {
    case 'definition':
      return t("It defined or called something. That can't be undone.");
    case 'joined':
      return t("It can't be undone, because it joins tables.");
    case 'query':
      return t("It can't be undone, because it added the rows of a query.");
    case 'rows':
      return t("It can't be undone, because its rows were not known beforehand: {0}.", first);
    case 'lasting':
      return t("It can't be undone, because some tables have no transactions: {0}.", first);
    case 'unseen':
      return t("It can't be undone, because the account may not see all of what changes: {0}.", first);
    case 'trigger':
      return t("It can't be undone, because the trigger {0} changes other rows.", first);
    case 'keyless':
      return t("It can't be undone, because the table {0} has no primary key.", first);
    case 'keys':
      return t("It can't be undone, because the keys of the changed rows are not known: {0}.", first);
    case 'tooMany':
      return t("It can't be undone, because it changed more than 10,000 rows, or very large ones.");
    case 'values':
      return t("It can't be undone, because no literal restores some values in {0}.", first);
    case 'unread':
      return t("It can't be undone, because the changed rows could not be read.");
    case 'server':
      return t('This connection leads to another server now. Nothing was changed.');
    case 'changedTable':
      return t('The table {0} has been altered or removed since the write. Nothing was changed.', first);
    case 'changedRows':
      return second === ''
        ? t('Rows in {0} have changed since the write. Nothing was changed.', first)
        : t('{0} of {1} rows have changed since the write, the first of them in {2}. Nothing was changed.', second, third, first);
    case 'done':
      return t('The rows are already as they were before the write. Nothing was changed.');
    case 'fires':
      return t('The trigger {0} would change other rows. Nothing was changed.', first);
    case 'references':
      return t('Rows in {0} would refer to a row that is not there (foreign key {1}). Nothing was changed.', first, second);
    case 'differs':
      return t('The server would store other values in {0} than those before the write. Nothing was changed.', first);
    case 'refused':
      return t('The server refused to bring the rows back: {0} Nothing was changed.', /[.!?]$/.test(first) ? first : `${first}.`);
  }
}
