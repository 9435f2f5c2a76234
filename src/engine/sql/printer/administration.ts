import type { Administration, AdministrationWord } from '../ast/statements.ts';
import type { Dialect } from '../lexer/dialect.ts';
import { quoteName } from '../identifiers.ts';
import { quoteString } from './literals.ts';

export function printAdministration({ words }: Administration, dialect: Dialect): string {
  let text = '';
  let before: AdministrationWord | undefined;
  for (const word of words) {
    const touches = before === undefined || isDot(before) || isDot(word) || (word.type === 'host' && before.type !== 'operator');
    text += `${touches ? '' : ' '}${printWord(word, dialect)}`;
    before = word;
  }
  return text;
}

function isDot({ type, text }: AdministrationWord): boolean {
  return type === 'operator' && text === '.';
}

function printWord({ type, text }: AdministrationWord, dialect: Dialect): string {
  switch (type) {
    case 'name':
      return quoteName(text);
    case 'host':
      return `@${quoteName(text)}`;
    case 'string':
      return quoteString(text, dialect);
    case 'hexString':
      return `x'${text}'`;
    case 'hexNumber':
      return `0x${text}`;
    case 'word':
    case 'number':
    case 'operator':
      return text;
  }
}
