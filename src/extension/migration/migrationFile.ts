import { blank } from './blankText.ts';
import { liquibasePart } from './liquibaseFile.ts';

/** The tools whose files are known. */
export type MigrationTool =
  | 'Flyway'
  | 'Liquibase'
  | 'Prisma'
  | 'Drizzle'
  | 'golang-migrate'
  | 'dbmate'
  | 'goose'
  | 'sql-migrate'
  | 'Rails'
  | 'Laravel'
  | 'Django'
  | 'Alembic'
  | 'other';

const LIQUIBASE = /^\s*--\s*liquibase formatted sql/i;

/** What a tool writes at the beginning of each of its files, or looks for in them. */
const CONTENTS: readonly (readonly [MigrationTool, RegExp])[] = [
  ['Liquibase', LIQUIBASE],
  ['dbmate', /^--\s*migrate:up\b/m],
  ['goose', /^--\s*\+goose Up\b/im],
  ['sql-migrate', /^--\s*\+migrate Up\b/im],
  ['Drizzle', /--> statement-breakpoint[^\S\n]*$/m],
  ['Alembic', /^-- Running (?:upgrade|downgrade) /m],
  ['Django', /^--\n-- (?:Add|Alter|Change|Create|Delete|Move|Raw|Remove|Rename) [^\n]*\n(?:-- [^\n]*\n)*--\n/m],
];

const PATHS: readonly (readonly [MigrationTool, RegExp])[] = [
  ['Flyway', /\/(?:[VUB]\d+(?:[._]\d+)*|R)__[^/]+\.sql$/],
  ['Prisma', /\/migrations\/\d{14}_[^/]+\/migration\.sql$/],
  ['Drizzle', /\/drizzle\/(?:[^/]+\/)*(?:\d{4}_[^/]+\.sql|\d{14}_[^/]+\/migration\.sql)$/],
  ['golang-migrate', /\/\d+_[^/]+\.up\.sql$/],
  ['Rails', /\/db\/(?:[^/]+_)?structure\.sql$/],
  ['Laravel', /\/database\/schema\/[^/]+\.sql$/],
  ['other', /\/migrations\/(?:[^/]+\/)*\d{14}_[^/]+\.sql$/],
  ['other', /\/migrations\/(?:[^/]+\/)*\d{4}_[^/]+\.sql$/],
];

/** So much of a file is looked at: tools write their marks at its beginning, except between statements. */
const LOOKED_AT = 100_000;

/**
 * The tool that a file belongs to, by its contents, else by its path: `other` where several tools name files so. Undefined for files that are no migrations.
 * @see https://orm.drizzle.team/docs/drizzle-kit-generate
 */
export function migrationTool(path: string, text: string): MigrationTool | undefined {
  const start = text.slice(0, LOOKED_AT).replaceAll('\r\n', '\n');
  const inPath = `/${path.replaceAll('\\', '/')}`;
  const found = CONTENTS.find(([, pattern]) => pattern.test(start)) ?? PATHS.find(([, pattern]) => pattern.test(inPath));
  return found?.[0];
}

/**
 * The statements that a tool runs when it applies a file, each at its place: what it leaves out is blank. Drizzle splits at its marks,
 * which are no comments for MySQL: that wants a blank behind `--`.
 */
export function appliedPart(text: string): string {
  const drizzle = text.replaceAll(/--> statement-breakpoint(?=[^\S\n]*\r?$)/gm, (mark) => `;${blank(mark.slice(1))}`);
  return LIQUIBASE.test(drizzle) ? liquibasePart(drizzle) : upPart(drizzle);
}

const UP = /^--\s*(?:migrate:up|\+(?:goose|migrate) Up)\b/i;
const DOWN = /^--\s*(?:migrate:down|\+(?:goose|migrate) Down)\b/i;

/** Tools that have the way back in the same file. */
function upPart(text: string): string {
  const lines = text.split('\n');
  if (!lines.some((line) => UP.test(line))) return text;
  let isUp = false;
  return lines
    .map((line) => {
      if (UP.test(line)) isUp = true;
      else if (DOWN.test(line)) isUp = false;
      return isUp ? line : blank(line);
    })
    .join('\n');
}
