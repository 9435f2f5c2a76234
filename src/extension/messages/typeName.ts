import type { Translate } from './describeForPerson.ts';

/** The type of an object, in upper case as the engine tells it, as a word in the middle of a sentence. */
export function typeName(type: string, t: Translate): string {
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
