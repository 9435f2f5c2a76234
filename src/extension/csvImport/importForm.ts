import path from 'node:path';
import * as vscode from 'vscode';
import type { FormDescription, FormValues } from '../../webview/form/messages.ts';
import { DELIMITERS } from './csvFile.ts';
import { ENCODINGS, type Encoding } from './encodings.ts';
import { LEFT_OUT, proposeMapping, type TableColumn } from './mapping.ts';

export interface Source {
  readonly file: string;
  /** Of the file when its first rows were read. */
  readonly state: string;
  readonly head: readonly (readonly string[])[];
  readonly columns: readonly TableColumn[];
  /** True where the encoding is a guess that a person has to check. */
  readonly uncertain: boolean;
}

const ENCODING_NAMES: Readonly<Record<Encoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  'windows-1252': 'Western (Windows 1252, Latin 1)',
  'windows-1250': 'Central European (Windows 1250)',
  'windows-1251': 'Cyrillic (Windows 1251)',
  'iso-8859-2': 'Central European (ISO 8859-2)',
  'iso-8859-15': 'Western (ISO 8859-15)',
  shift_jis: 'Japanese (Shift JIS)',
  'euc-jp': 'Japanese (EUC-JP)',
  'euc-kr': 'Korean (EUC-KR)',
  gb18030: 'Simplified Chinese (GB 18030)',
  big5: 'Traditional Chinese (Big5)',
};

/** UTF-8 for what is none of ours: the form offers no other. */
export function encodingOf(values: FormValues): Encoding {
  return ENCODINGS.find((encoding) => encoding === values['encoding']) ?? 'utf-8';
}

/** True for a column whose values mean another moment in another time zone. */
export function isTimestamp({ type }: TableColumn): boolean {
  return /^timestamp\b/i.test(type);
}

/** A zone as every server knows it: names need tables that a server may not have. */
export function zoneName(zone: string): string {
  return /^(?:utc|gmt|z)$/i.test(zone) ? '+00:00' : zone;
}

/** Where the columns of the file go at first, as values of the form. */
export function mappingValues({ columns, head }: Source, header: boolean): FormValues {
  const mapping = proposeMapping(columns, head[0] ?? [], header);
  return Object.fromEntries(columns.map((_, i) => [`to ${String(i)}`, mapping[i] ?? LEFT_OUT]));
}

/** The form of an import: how the file is to be read, and where its columns go. */
export function formOf(title: string, database: string, table: string, { file, head, columns, uncertain }: Source): FormDescription {
  const { t } = vscode.l10n;
  const names: Readonly<Record<(typeof DELIMITERS)[number], string>> = {
    ',': t('Comma'),
    ';': t('Semicolon'),
    '\t': t('Tab'),
    '|': t('Pipe'),
  };
  const places = [
    { value: LEFT_OUT, label: t("(use the column's default)") },
    ...(head[0] ?? []).map((name, i) => ({ value: String(i), label: `${String(i + 1)}: ${name}` })),
  ];
  return {
    heading: title,
    intro: t('Imports {0} into {1}. You review the import before any rows are inserted.', path.basename(file), `${database}.${table}`),
    preview: { title: t('First lines of the file'), rows: head },
    browse: '',
    sections: [
      {
        title: t('File'),
        fields: [
          {
            id: 'delimiter',
            kind: 'select',
            label: t('Delimiter'),
            options: DELIMITERS.map((value) => ({ value, label: names[value] })),
          },
          {
            ...{ id: 'encoding', kind: 'select', label: t('Encoding') },
            help: uncertain ? t('The encoding is a guess. Check the text above.') : undefined,
            options: ENCODINGS.map((value) => ({ value, label: ENCODING_NAMES[value] })),
          },
          { id: 'header', kind: 'check', label: t('The first line contains column names') },
          {
            ...{ id: 'empty', kind: 'select', label: t('Treat empty cells as') },
            options: [
              { value: 'null', label: t('NULL (a quoted "" is an empty string)') },
              { value: 'text', label: t('Empty string') },
            ],
          },
          {
            ...{ id: 'escapedFormulas', kind: 'check' },
            label: t('Remove the apostrophe that CSV exports put before formulas'),
          },
          ...(columns.some(isTimestamp)
            ? [
                {
                  ...({ id: 'timeZone', kind: 'text', label: t('Time zone of TIMESTAMP values') } as const),
                  placeholder: 'UTC, +09:00, Europe/Berlin',
                  help: t(
                    'Use UTC for files exported by agents or from table previews. For rows from an SQL file, use the time zone shown when they were exported.',
                  ),
                },
              ]
            : []),
          {
            ...{ id: 'mode', kind: 'select', label: t('When a row is rejected') },
            options: [
              { value: 'all', label: t('Insert no rows (one transaction)') },
              { value: 'others', label: t('Insert the other rows, and list the rejected rows with their line numbers') },
            ],
          },
        ],
      },
      {
        title: t('Columns'),
        fields: columns.map(({ name, type }, i) => ({ id: `to ${String(i)}`, kind: 'select', label: name, help: type, options: places })),
      },
    ],
    actions: [
      { id: 'import', label: t('Import…') },
      { id: 'again', label: t('Read File Again'), secondary: true },
      { id: 'cancel', label: t('Cancel'), secondary: true },
    ],
  };
}
