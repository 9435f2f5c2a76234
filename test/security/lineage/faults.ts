import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { judgeColumns } from '../../../src/engine/lineage/judgeColumns.ts';
import { ROOT } from '../../harness/root.ts';

/** A change of one place in the resolver or the judge. */
export interface Fault {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const fault = (what: string, file: string, from: string, to: string): Fault => ({ what, file: `${file}.ts`, from, to });

export const FAULTS: readonly Fault[] = [
  fault(
    'a RIGHT JOIN by names shows the columns of the left',
    'relation',
    "type.includes('RIGHT') ? [right, left] : [left, right]",
    '[left, right]',
  ),
  fault('joins by names compare any columns', 'relation', '    refuseComparison([...columns, ...others], name, at);\n', ''),
  fault('* shows the columns of a join by names twice', 'relation', '!joined.has(nameKey(column.name))', 'true'),
  fault('* shows invisible columns', 'relation', 'filter(({ invisible }) => invisible !== true)', 'filter(() => true)'),
  fault('* shows hidden columns', 'stars', "filter(({ column }) => column.action !== 'hide' || context.inView)", 'filter(() => true)'),
  fault('* is sent as it is written', 'stars', 'context.replacements.set(select, expanded)', 'void expanded'),
  fault(
    'pseudonyms beside other values stay pseudonyms',
    'column',
    "one === 'hide' || other === 'hide' ? 'hide' : 'mask'",
    'stricter(one, other)',
  ),
  fault('a set operation has the actions of its first operand', 'queries', 'action: mixed(column.action, action)', 'action: column.action'),
  fault(
    'a set operation compares nothing',
    'queries',
    "operators.some(({ operator, quantifier }) => operator !== 'UNION' || quantifier !== 'ALL')",
    'operators.length === 0',
  ),
  fault('ORDER BY is not judged', 'queries', '  judgeOrder(query.orderBy, judged.columns, spot);\n', ''),
  fault('positions are not looked up', 'expressions', 'if (constant === undefined) return;', 'return;'),
  fault(
    'COUNT(DISTINCT) is COUNT',
    'expressions',
    'return distinct ? judgeGrouped(column, spot) : judgeCounted(column, spot);',
    'return judgeCounted(column, spot);',
  ),
  fault(
    'rows of a subquery are compared unseen',
    'expressions',
    'if (action !== undefined) throw refuseUse(action, name ??',
    'if (action === undefined && name === "\\0") throw refuseUse("mask", name ??',
  ),
  fault(
    'a scalar subquery is plain',
    'expressions',
    'return { action: column.action, origin: column.origin };',
    'return plainValue(column.origin);',
  ),
  fault(
    'pseudonyms may equal anything',
    'expressions',
    "values.some(([, { action }]) => action !== 'pseudonym')",
    "values.every(([, { action }]) => action !== 'pseudonym')",
  ),
  fault(
    'windows are not judged',
    'expressions',
    '    for (const part of [...window.partitionBy,',
    '    for (const part of [] as Expression[] ?? [...window.partitionBy,',
  ),
  fault(
    'masked columns may be grouped',
    'expressions',
    "if (action !== undefined && action !== 'pseudonym') throw refuseUse(action, writtenName(node), node);\n  if (mixes",
    "if (action === 'hide') throw refuseUse(action, writtenName(node), node);\n  if (mixes",
  ),
  fault(
    'hidden columns may be tested for NULL',
    'expressions',
    "if (columns.some(({ action }) => action === 'hide')) throw refuseUse('hide', writtenName(node), node);\n",
    '',
  ),
  fault('aliases are not seen', 'findColumns', "(!here || names !== 'from')", 'false'),
  fault(
    'a column is looked up in the first table alone',
    'findColumns',
    'reference.table === undefined ? sources :',
    'reference.table === undefined ? sources.slice(0, 1) :',
  ),
  fault('HAVING looks no further than FROM', 'findColumns', "&& !(here && names === 'having')", ''),
  fault(
    'the outermost column is taken',
    'findColumns',
    "if (inFrom.length > 0 && !(here && names === 'having')) return found;",
    'if (inFrom.length > 0 && at.outer === undefined) return found;',
  ),
  fault('DISTINCT tells masks apart', 'selects', "if (select.options.includes('DISTINCT'))", "if (select.options.includes('NONE'))"),
  fault('HAVING is not judged', 'selects', "  if (select.having !== undefined) judgeComputed(select.having, spotOf('having'));\n", ''),
  fault('WHERE is not judged', 'selects', "  if (select.where !== undefined) judgeCondition(select.where, spotOf('from'));\n", ''),
  fault('names of items without alias are lost', 'selects', 'alias?.name ?? implicitName ?? ownName(value)', 'alias?.name'),
  fault(
    'recursive operands may change what is protected',
    'tableExpressions',
    'open === undefined || mixed(open.action, action) !== open.action',
    'open === undefined',
  ),
  fault(
    'a list of names is left out',
    'tableExpressions',
    'name: names[i]?.name, action, origin',
    'name: columns[i]?.name, action, origin',
  ),
  fault('a name with a database means a table expression', 'tableExpressions', '  if (database !== undefined) return undefined;\n', ''),
  fault('a table expression sees itself without RECURSIVE', 'queries', 'if (recursive) for (const', 'for (const'),
  fault('generated columns are plain', 'generatedColumns', '      found.add(user);\n', '      if (user.name === "\\0") found.add(user);\n'),
  fault('views stand for themselves', 'tableFacts', 'judged: !reaches', 'judged: true'),
  fault('columns of views have their own rules alone', 'views', 'action: stricter(own.action, action)', 'action: own.action'),
  fault(
    'ON sees every table so far',
    'from',
    'this.#spot(makeLevel(sources, this.#environment.outer))',
    'this.#spot(makeLevel(sources === this.#sources ? sources : this.#sources, this.#environment.outer))',
  ),
  fault('derived tables see those beside them', 'from', 'lateral ? {', 'lateral || true ? {'),
  fault(
    'lateral tables are not judged with those before them',
    'from',
    'makeLevel([...this.#sources], this.#environment.outer)',
    'makeLevel([], this.#environment.outer)',
  ),
  fault(
    'documents of JSON_TABLE are not judged',
    'from',
    'const origin = judgeComputed(document, spot);',
    "const origin: Origin = document.kind === 'null' ? judgeComputed(document, spot) : [];",
  ),
];

/** Where copies with faults are made, and removed again. */
const FOLDER = path.join(ROOT, 'out', 'lineage-faults');

export function removeFaults(): void {
  rmSync(FOLDER, { recursive: true, force: true });
}

/** The judge from a copy of its folder with a fault in it. */
export async function judgeWith({ what, file, from, to }: Fault): Promise<typeof judgeColumns> {
  const engine = path.join(FOLDER, what.replaceAll(/\W+/g, '-'), 'engine');
  rmSync(engine, { recursive: true, force: true });
  mkdirSync(engine, { recursive: true });
  const sources = path.join(ROOT, 'src', 'engine');
  writeFileSync(path.join(engine, 'package.json'), '{"type": "module"}');
  for (const name of ['sql', 'guard', 'policy', 'advice.ts']) symlinkSync(path.join(sources, name), path.join(engine, name));
  cpSync(path.join(sources, 'lineage'), path.join(engine, 'lineage'), { recursive: true });
  const target = path.join(engine, 'lineage', file);
  const text = readFileSync(target, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${what}: the place is not found once in ${file}.`);
  writeFileSync(
    target,
    text.replace(from, () => to),
  );
  const module = (await import(pathToFileURL(path.join(engine, 'lineage', 'judgeColumns.ts')).href)) as {
    judgeColumns: typeof judgeColumns;
  };
  return module.judgeColumns;
}
