import { isNativeCall } from '../../guard/callPolicy.ts';
import { functionPolicy } from '../../guard/builtins/functionPolicy.ts';
import { phrase, type Words } from '../../phrase.ts';
import type { AlterAction, AlterTable, CreateTable } from '../../sql/ast/definitions.ts';
import type { Call, ColumnReference, SpecialCall } from '../../sql/ast/expressions.ts';
import type { Statement } from '../../sql/ast/statements.ts';
import type { ColumnAttribute, TableOption } from '../../sql/ast/tableElements.ts';
import type { Dialect } from '../../sql/lexer/dialect.ts';
import { walk, type Node } from '../../sql/walk.ts';
import { same, wordOf } from '../tableModel.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** All that a definition may be made of to run in the scratch database; what is not here is not tried. */
const NODES = words(`
  alterTable alterAction createTable drop renameTable columnDefinition columnAttribute references constraint keyPart option partitioning partitionMethod
  partition name objectName type string number hex bit null boolean temporal column paren row unary chain collate is like between in memberOf case
  caseBranch interval jsonPath call argument special onResponse defaultValue orderItem`);

/** Without effects outside of the table, or on the size of its file: AUTOEXTEND_SIZE is that of an empty one, up to 4 GB. */
const OPTIONS = new Set([
  ...[
    'ENGINE',
    'CHARACTER SET',
    'COLLATE',
    'COMMENT',
    'ROW_FORMAT',
    'KEY_BLOCK_SIZE',
    'AUTO_INCREMENT',
    'MAX_ROWS',
    'MIN_ROWS',
    'AVG_ROW_LENGTH',
  ],
  ...[
    'STATS_PERSISTENT',
    'STATS_AUTO_RECALC',
    'STATS_SAMPLE_PAGES',
    'CHECKSUM',
    'DELAY_KEY_WRITE',
    'PACK_KEYS',
    'TRANSACTIONAL',
    'COMPRESSION',
  ],
  ...['PAGE_COMPRESSED', 'PAGE_COMPRESSION_LEVEL', 'PAGE_CHECKSUM', 'USING', 'VISIBLE', 'INVISIBLE', 'IGNORED', 'NOT IGNORED'],
  ...['WITH SYSTEM VERSIONING'],
]);
/** Those whose rows are nowhere but in files of the server under the name of the table. */
export const ENGINES = new Set(['INNODB', 'MYISAM', 'ARIA', 'MEMORY']);

const UNTRIED_ACTIONS =
  /TABLESPACE|^(?:EXCHANGE|TRUNCATE|ANALYZE|CHECK|OPTIMIZE|REPAIR) PARTITION|^(?:DISABLE|ENABLE) KEYS|SYSTEM VERSIONING|PERIOD/;
const UNTRIED_ATTRIBUTES = new Set(['ENGINE_ATTRIBUTE', 'SECONDARY_ENGINE_ATTRIBUTE', 'STORAGE']);

/** Why a definition is not run in the scratch database; undefined where it may be. Names of tables are judged where they are mapped. */
export function whyUntried(statement: Statement, dialect: Dialect): Words | undefined {
  let reason: Words | undefined;
  walk(statement, (node) => {
    reason ??= whyNode(node, dialect);
    return reason === undefined ? undefined : false;
  });
  return reason;
}

function whyNode(node: Node, dialect: Dialect): Words | undefined {
  if (!NODES.has(node.kind)) return phrase('it has a part that is not tried ({0})', node.kind);
  switch (node.kind) {
    case 'createTable': {
      const { query, temporary } = node as CreateTable;
      return query !== undefined ? phrase('it copies rows') : temporary ? phrase('the table is temporary') : undefined;
    }
    case 'alterTable':
      return (node as AlterTable).options.includes('IGNORE') ? phrase('ALTER IGNORE deletes rows') : undefined;
    case 'alterAction': {
      const { action } = node as AlterAction;
      if (action === 'CONVERT TO CHARACTER SET' && same((node as AlterAction).newName?.name, 'DEFAULT')) return OF_DATABASE;
      return UNTRIED_ACTIONS.test(action) ? phrase('{0} is not tried', action) : undefined;
    }
    case 'columnAttribute': {
      const { attribute } = node as ColumnAttribute;
      return UNTRIED_ATTRIBUTES.has(attribute) ? phrase('{0} is not tried', attribute) : undefined;
    }
    case 'option':
      return whyOption(node as TableOption);
    case 'column': {
      const { database, table } = node as ColumnReference;
      return database === undefined && table === undefined ? undefined : phrase('a column is named with its table');
    }
    case 'call':
      return isNativeCall(node as Call, dialect) && functionPolicy((node as Call).name.name, dialect) === 'harmless'
        ? undefined
        : phrase('it calls a function that is not known to only compute');
    case 'special': {
      const { name, form } = node as SpecialCall;
      return form === 'bare' || functionPolicy(name, dialect) === 'harmless'
        ? undefined
        : phrase('it calls a function that is not known to only compute');
    }
    default:
      return undefined;
  }
}

const OF_DATABASE = phrase('DEFAULT is the character set of its database');

function whyOption(option: TableOption): Words | undefined {
  if (!OPTIONS.has(option.name) || option.tables !== undefined) return phrase('{0} is not tried', option.name);
  if (option.name === 'CHARACTER SET' && same(wordOf(option), 'DEFAULT')) return OF_DATABASE;
  if (option.name !== 'ENGINE') return undefined;
  const engine = (wordOf(option) ?? '').toUpperCase();
  return ENGINES.has(engine) ? undefined : phrase('the engine {0} is not tried', engine);
}
