import type { AlterAction, AlterTable } from '../sql/ast/definitions.ts';
import type { Hazard, NamedObject } from './hazard.ts';

/** Changes of a table that lose rows, values or definitions, and what each loses. */
const LOSSES: Readonly<Partial<Record<AlterAction['action'], string>>> = {
  'DROP COLUMN': 'COLUMN',
  'DROP INDEX': 'INDEX',
  'DROP PRIMARY KEY': 'PRIMARY KEY',
  'DROP FOREIGN KEY': 'FOREIGN KEY',
  'DROP CHECK': 'CONSTRAINT',
  'DROP CONSTRAINT': 'CONSTRAINT',
  'DROP PARTITION': 'PARTITION',
  'DROP SYSTEM VERSIONING': 'HISTORY',
  'DROP PERIOD': 'PERIOD',
  'DISCARD TABLESPACE': 'DATA',
  'DISCARD PARTITION TABLESPACE': 'PARTITION',
};

export function alterHazards({ actions, options }: AlterTable, table: NamedObject): readonly Hazard[] {
  const names = [table];
  return actions.flatMap((action): Hazard[] => {
    const part = action.name?.name ?? action.partitions?.map(({ name }) => name).join(', ') ?? action.word;
    const type = LOSSES[action.action];
    if (type !== undefined) return [{ kind: 'drop', type, names, part }];
    if (action.action === 'TRUNCATE PARTITION') return [{ kind: 'truncate', type: 'PARTITION', names, part }];
    const conversion = conversionOf(action);
    if (conversion !== undefined) return [{ kind: 'convert', type: conversion, names }];
    if (action.action === 'MODIFY COLUMN' || action.action === 'CHANGE COLUMN')
      return [{ kind: 'retype', type: 'COLUMN', names, part: part ?? action.column?.name.name, action }];
    return options.includes('IGNORE') && action.action === 'ADD CONSTRAINT' ? [{ kind: 'deduplicate', type: 'TABLE', names }] : [];
  });
}

/** Engines that keep rows over a restart of the server. */
const LASTING_ENGINES = new Set(['INNODB', 'MYISAM', 'ARIA', 'ROCKSDB', 'MYROCKS']);
/** It has every character. */
const UNIVERSAL = 'UTF8MB4';

/** What of a table is converted with a loss; undefined where nothing is. */
function conversionOf({ action, option, newName }: AlterAction): 'ENGINE' | 'CHARACTER SET' | undefined {
  if (action === 'OPTION' && option?.name === 'ENGINE') return LASTING_ENGINES.has(wordIn(option.value)) ? undefined : 'ENGINE';
  if (action !== 'CONVERT TO CHARACTER SET') return undefined;
  const charset = wordIn(newName);
  return charset === UNIVERSAL ? undefined : 'CHARACTER SET';
}

/** A name, or a text that is one, in upper case. */
function wordIn(value: object | undefined): string {
  const { name, value: literal } = (value ?? {}) as { readonly name?: unknown; readonly value?: unknown };
  return typeof name === 'string' ? name.toUpperCase() : typeof literal === 'string' ? literal.toUpperCase() : '';
}
