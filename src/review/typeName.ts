import type { Translate } from './translate.ts';

/** The type of an object, in upper case as the engine tells it, as a word in the middle of a sentence. One statement can name several objects of some types. */
export function typeName(type: string, t: Translate, count = 1): string {
  return (count > 1 ? pluralName(type, t) : undefined) ?? singularName(type, t);
}

function pluralName(type: string, t: Translate): string | undefined {
  switch (type) {
    case 'TABLE':
      return t('tables');
    case 'VIEW':
      return t('views');
    case 'SEQUENCE':
      return t('sequences');
    case 'USER':
      return t('users');
    case 'ROLE':
      return t('roles');
    case 'ACCOUNT':
      return t('accounts');
    case 'PARTITION':
      return t('partitions');
    default:
      return undefined;
  }
}

function singularName(type: string, t: Translate): string {
  switch (type) {
    case 'TABLE':
      return t('table');
    case 'VIEW':
      return t('view');
    case 'DATABASE':
      return t('database');
    case 'INDEX':
      return t('index');
    case 'TRIGGER':
      return t('trigger');
    case 'FUNCTION':
      return t('function');
    case 'PROCEDURE':
      return t('procedure');
    case 'EVENT':
      return t('event');
    case 'PACKAGE':
      return t('package');
    case 'SEQUENCE':
      return t('sequence');
    case 'USER':
      return t('user');
    case 'ROLE':
      return t('role');
    case 'COLUMN':
      return t('column');
    case 'PRIMARY KEY':
      return t('primary key');
    case 'FOREIGN KEY':
      return t('foreign key');
    case 'CONSTRAINT':
      return t('constraint');
    case 'PARTITION':
      return t('partition');
    default:
      return type.toLowerCase();
  }
}
