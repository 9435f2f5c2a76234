import type { Expression } from '../ast/expressions.ts';
import type { Block, ConditionValue, CursorOperation, Declare, ForLoop, Loop, ProgramStatement } from '../ast/programs.ts';
import type { Statement } from '../ast/statements.ts';
import { printType } from './calls.ts';
import { quoteName } from '../identifiers.ts';
import { printNames, printString } from './literals.ts';
import { clause, joinWords, type Printer } from './printer.ts';
import { printInto } from './queries.ts';

function printStatements(printer: Printer, statements: readonly Statement[]): string {
  return statements.map((statement) => `${printer.statement(statement)};`).join(' ');
}

export function printProgram(printer: Printer, node: ProgramStatement): string {
  const label = 'label' in node && node.kind !== 'jump' && node.label !== undefined ? `${quoteName(node.label.name)}:` : '';
  return joinWords(label, printBare(printer, node));
}

function printBare(printer: Printer, node: ProgramStatement): string {
  const expression = (value: Expression | undefined): string => (value === undefined ? '' : printer.expression(value));
  switch (node.kind) {
    case 'block':
      return printBlock(printer, node);
    case 'if':
      return joinWords(
        ...node.branches.map(({ condition, statements }, i) =>
          joinWords(i === 0 ? 'IF' : 'ELSEIF', expression(condition), 'THEN', printStatements(printer, statements)),
        ),
        node.otherwise && joinWords('ELSE', printStatements(printer, node.otherwise)),
        'END IF',
      );
    case 'caseStatement':
      return joinWords(
        'CASE',
        expression(node.operand),
        ...node.branches.map(({ condition, statements }) =>
          joinWords('WHEN', expression(condition), 'THEN', printStatements(printer, statements)),
        ),
        node.otherwise && joinWords('ELSE', printStatements(printer, node.otherwise)),
        'END CASE',
      );
    case 'loop':
      return printLoop(printer, node);
    case 'forLoop':
      return printFor(printer, node);
    case 'jump':
      return `${node.verb} ${quoteName(node.label.name)}`;
    case 'return':
      return `RETURN ${expression(node.value)}`;
    case 'declare':
      return printDeclare(printer, node);
    case 'cursor': {
      const parameters = node.parameters.map(({ name, type }) => `${quoteName(name.name)} ${printType(printer, type)}`);
      const list = parameters.length === 0 ? '' : `(${parameters.join(', ')})`;
      return joinWords('DECLARE', quoteName(node.name.name), 'CURSOR', list, 'FOR', printer.query(node.query, true));
    }
    case 'condition':
      return joinWords('DECLARE', quoteName(node.name.name), 'CONDITION FOR', printCondition(printer, node.value));
    case 'handler': {
      const conditions = node.conditions.map((condition) => printCondition(printer, condition)).join(', ');
      return joinWords('DECLARE', node.action, 'HANDLER FOR', conditions, printer.statement(node.statement));
    }
    case 'cursorOperation':
      return printCursorOperation(printer, node);
    case 'signal': {
      const items = node.items.map(({ name, value }) => `${name} = ${expression(value)}`);
      return joinWords(node.verb, node.condition && printCondition(printer, node.condition), clause('SET', items));
    }
    case 'getDiagnostics': {
      const items = node.items.map(({ target, name }) => `${expression(target)} = ${name}`).join(', ');
      return joinWords('GET', node.area, 'DIAGNOSTICS', node.condition && `CONDITION ${expression(node.condition)}`, items);
    }
  }
}

function printBlock(printer: Printer, { notAtomic, statements }: Block): string {
  return joinWords('BEGIN', notAtomic && 'NOT ATOMIC', printStatements(printer, statements), 'END');
}

function printLoop(printer: Printer, { form, condition, statements }: Loop): string {
  const text = condition && printer.expression(condition);
  return joinWords(
    form,
    form === 'WHILE' && `${text ?? ''} DO`,
    printStatements(printer, statements),
    form === 'REPEAT' && `UNTIL ${text ?? ''}`,
    `END ${form}`,
  );
}

function printFor(printer: Printer, node: ForLoop): string {
  const source =
    node.query !== undefined
      ? printer.subquery(node.query, true)
      : node.cursor !== undefined
        ? `${quoteName(node.cursor.name)}${node.args.length === 0 ? '' : `(${printer.expressions(node.args)})`}`
        : `${node.from === undefined ? '' : printer.expression(node.from)} .. ${node.to === undefined ? '' : printer.expression(node.to)}`;
  const variable = quoteName(node.variable.name);
  return joinWords('FOR', variable, 'IN', node.reverse && 'REVERSE', source, 'DO', printStatements(printer, node.statements), 'END FOR');
}

function printDeclare(printer: Printer, { names, type, typeOf, value }: Declare): string {
  const parts = typeOf?.parts.map(({ name }) => quoteName(name)).join('.');
  return joinWords(
    'DECLARE',
    printNames(names),
    type && printType(printer, type),
    typeOf && `${typeOf.row ? 'ROW ' : ''}TYPE OF ${parts ?? ''}`,
    value && `DEFAULT ${printer.expression(value)}`,
  );
}

function printCondition(printer: Printer, { form, state, code, name }: ConditionValue): string {
  if (form === 'SQLSTATE') return `SQLSTATE ${state === undefined ? '' : printString(state, printer.dialect)}`;
  if (form === 'code') return code ?? '';
  return form === 'name' ? quoteName(name?.name ?? '') : form;
}

function printCursorOperation(printer: Printer, { verb, cursor, args, into }: CursorOperation): string {
  const list = args.length === 0 ? '' : `(${printer.expressions(args)})`;
  return joinWords(verb, `${quoteName(cursor.name)}${list}`, into && printInto(into, printer.dialect));
}
