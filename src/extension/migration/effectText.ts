import type { Effect } from '../../engine/ddl/effect.ts';
import type { Translate } from '../../review/translate.ts';

/** A sentence; none where a note says it. */
export function effectText(effect: Effect, t: Translate): string[] {
  switch (effect.kind) {
    case 'dropsTable':
      return [t('Drops the table {0} with all its rows.', effect.name)];
    case 'emptiesTable':
      return [t('Deletes all rows of {0}.', effect.name)];
    case 'deletesRows':
      return [t('Deletes the matching rows of {0}.', effect.name)];
    case 'replacesRows':
      return [t('Deletes rows of {0} that have the same keys as the new rows.', effect.name)];
    case 'dropsDatabase':
      return [t('Drops the database {0} with all its tables.', effect.name)];
    case 'dropsHistory':
      return [t('Deletes the row history of {0}.', effect.name)];
    case 'overwrites':
      return [overwrites(effect, t)];
    case 'dropsValues':
      return [t('Deletes all values of {0}.', effect.parts.join(', '))];
    case 'dropsPartitions':
      return [t('Deletes all rows of the partitions: {0}.', effect.parts.join(', '))];
    case 'runsProcedure':
      return [t("What the procedure {0} does isn't reviewed.", effect.name)];
    case 'changesServer':
      return [t("Effects on accounts, sessions, or the server aren't reviewed.")];
    case 'writesFile':
      return [t('Writes a file on the server.')];
    case 'locksTables':
      return [t('Locks the tables until UNLOCK TABLES.')];
    case 'rebuildsTables':
      return [t('Rebuilds the tables.')];
    case 'changesValues':
      return [];
  }
}

function overwrites({ name, columns, all }: Extract<Effect, { kind: 'overwrites' }>, t: Translate): string {
  const list = columns.join(', ');
  return all
    ? t('Overwrites {0} in every row of {1}: the statement has no WHERE clause.', list, name)
    : t('Overwrites {0} in the matching rows of {1}.', list, name);
}
