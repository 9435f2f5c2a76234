import type { AlterAction } from '../sql/ast/definitions.ts';
import { bytesPerCharacter, isCompressed, lengthOf, typeName, typeText } from './columnModel.ts';
import { same, type ColumnModel, type TableModel } from './tableModel.ts';

/** What differs between a column and what a statement makes of it. */
export interface ColumnChange {
  readonly action: AlterAction;
  readonly before: ColumnModel;
  readonly after: ColumnModel;
  /** How its values are stored: `longer` is a VARCHAR with more room whose length takes as many bytes as before. */
  readonly type: 'same' | 'longer' | 'appended' | 'other';
  /** `appended`: members of an ENUM or SET behind those that it has. */
  readonly charset: boolean;
  readonly collation: boolean;
  readonly nullable: 'same' | 'toNull' | 'toNotNull';
  readonly moved: boolean;
  readonly renamed: boolean;
  readonly auto: 'same' | 'on' | 'off';
  readonly generated: 'same' | 'expression' | 'becomes' | 'ends' | 'kind';
  /** Of the old VARCHAR and the new one, in bytes. */
  readonly bytes: readonly [before: number, after: number] | undefined;
}

export function columnChange(action: AlterAction, before: ColumnModel, after: ColumnModel, table: TableModel): ColumnChange {
  return {
    action,
    before,
    after,
    type: typeChange(before, after),
    charset: before.charset !== after.charset && !(before.json && after.json),
    collation: !(before.json && after.json) && before.charset !== undefined && before.collation !== after.collation,
    nullable: before.nullable === after.nullable ? 'same' : after.nullable ? 'toNull' : 'toNotNull',
    moved: isMoved(action, before, table),
    renamed: !same(before.name, after.name),
    auto: before.auto === after.auto ? 'same' : after.auto ? 'on' : 'off',
    generated: generatedChange(before, after),
    bytes: bytesOf(before, after),
  };
}

function isMoved({ position }: AlterAction, before: ColumnModel, { columns }: TableModel): boolean {
  if (position === undefined) return false;
  const at = columns.findIndex((one) => same(one.name, before.name));
  return position === 'FIRST' ? at !== 0 : !same(columns[at - 1]?.name, position.name);
}

function typeChange(before: ColumnModel, after: ColumnModel): ColumnChange['type'] {
  if (before.json && after.json) return 'same';
  if (before.json !== after.json || isCompressed(before) !== isCompressed(after)) return 'other';
  if (typeText(before.type) === typeText(after.type)) return 'same';
  const [old, now] = [typeName(before.type), typeName(after.type)];
  if (old !== now) return 'other';
  const [from = 0, to = 0] = [lengthOf(before.type), lengthOf(after.type)];
  if ((old === 'VARCHAR' || old === 'VARBINARY') && to > from) return 'longer';
  if (old !== 'ENUM' && old !== 'SET') return 'other';
  const [few, many] = [membersOf(before), membersOf(after)];
  const text = (member: string | undefined): string | undefined =>
    /_(?:bin|cs)$/.test(before.collation ?? '') ? member : member?.toLowerCase();
  return few.every((member, i) => text(member) === text(many[i])) && sizeOf(old, few.length) === sizeOf(old, many.length)
    ? 'appended'
    : 'other';
}

function membersOf({ type }: ColumnModel): readonly string[] {
  return type?.members.map((member) => JSON.stringify(member.kind === 'string' ? member.value : member.digits)) ?? [];
}

/** Bytes of a value. */
function sizeOf(type: string, members: number): number {
  if (type === 'ENUM') return members > 255 ? 2 : 1;
  return members > 32 ? 8 : Math.min(4, Math.ceil(members / 8));
}

function bytesOf(before: ColumnModel, after: ColumnModel): ColumnChange['bytes'] {
  const bytes = (column: ColumnModel): number => (lengthOf(column.type) ?? 0) * bytesPerCharacter(column.charset);
  return /^VAR(?:CHAR|BINARY)$/.test(typeName(before.type)) ? [bytes(before), bytes(after)] : undefined;
}

function generatedChange({ generated: before }: ColumnModel, { generated: after }: ColumnModel): ColumnChange['generated'] {
  if (before === undefined || after === undefined) return before === after ? 'same' : after === undefined ? 'ends' : 'becomes';
  if (before.stored !== after.stored) return 'kind';
  return before.text === after.text ? 'same' : 'expression';
}
