import type { Effect } from '../../engine/ddl/effect.ts';

/** A short line; none where a note says it. Names are others' text. */
export function effectText(effect: Effect): string[] {
  switch (effect.kind) {
    case 'dropsTable':
    case 'emptiesTable':
      return [`LOSES all rows of ${effect.name}`];
    case 'deletesRows':
      return [`deletes matching rows of ${effect.name}`];
    case 'replacesRows':
      return [`deletes rows of ${effect.name} with the same keys`];
    case 'dropsDatabase':
      return [`LOSES all of database ${effect.name}`];
    case 'dropsHistory':
      return [`LOSES the row history of ${effect.name}`];
    case 'overwrites':
      return [`overwrites ${effect.columns.join(', ')} in ${effect.all ? 'ALL' : 'matching'} rows of ${effect.name}`];
    case 'dropsValues':
      return [`LOSES the values of ${effect.parts.join(', ')}`];
    case 'dropsPartitions':
      return [`LOSES all rows in partitions ${effect.parts.join(', ')}`];
    case 'runsProcedure':
      return [`not forecast: what ${effect.name} does`];
    case 'changesServer':
      return ['not forecast: effects on accounts, sessions or the server'];
    case 'writesFile':
      return ['writes a file on the server'];
    case 'locksTables':
      return ['holds the tables until UNLOCK TABLES'];
    case 'rebuildsTables':
      return ['rebuilds the table'];
    case 'changesValues':
      return [];
  }
}
