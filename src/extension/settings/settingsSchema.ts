import path from 'node:path';
import * as z from 'zod';
import { EXPORT_ACCESS, type ExportAccess } from '../../broker/exportContract.ts';

interface SettingSchema<T> {
  readonly schema: z.ZodType<T>;
  readonly fallback: T;
}

function setting<T>(fallback: T, make: () => z.ZodType<T>): SettingSchema<T> {
  return { schema: make(), fallback };
}

/**
 * Every setting of `package.json`, without its prefix. VS Code hands on whatever stands in a settings file: it checks types for its editor alone, so a number may be a
 * text here, and a text an object.
 */
export const SETTINGS = {
  'exports.folder': setting('', () =>
    z
      .string()
      .max(4096)
      .refine((folder) => folder === '' || (path.isAbsolute(folder) && !folder.includes('\0'))),
  ),
  'exports.agents': setting<ExportAccess>('ask', () => z.enum(EXPORT_ACCESS)),
  'exports.escapeFormulas': setting(true, () => z.boolean()),
  'audit.statements': setting<'normalized' | 'full'>('normalized', () => z.enum(['normalized', 'full'])),
  'agent.keepUnlocked': setting<'never' | 'whileWindowsAreOpen' | 'untilIdle'>('never', () =>
    z.enum(['never', 'whileWindowsAreOpen', 'untilIdle']),
  ),
  'agent.idleHours': setting(8, () => z.number().min(0.1).max(168)),
  'audit.statementTags': setting(true, () => z.boolean()),
  savedQueries: setting<readonly unknown[]>([], () => z.array(z.unknown()).max(1000)),
  'results.maxRows': setting(10_000, () => z.int().min(1).max(1_000_000)),
  codeLens: setting(true, () => z.boolean()),
  'history.size': setting(200, () => z.int().min(0).max(2000)),
} as const satisfies Readonly<Record<string, SettingSchema<unknown>>>;

export type SettingKey = keyof typeof SETTINGS;
export type SettingValue<K extends SettingKey> = z.infer<(typeof SETTINGS)[K]['schema']>;

/** A value as it may be used: undefined where it does not fit. */
export function checkSetting<K extends SettingKey>(key: K, value: unknown): { readonly value: SettingValue<K> } | undefined {
  const parsed = SETTINGS[key].schema.safeParse(value);
  return parsed.success ? { value: parsed.data as SettingValue<K> } : undefined;
}
