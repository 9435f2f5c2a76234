/** The tools whose files are known. */
export type MigrationTool =
  'Flyway' | 'Liquibase' | 'Prisma' | 'Drizzle' | 'golang-migrate' | 'dbmate' | 'Rails' | 'Laravel' | 'Django' | 'Alembic' | 'other';

/** What a tool writes at the beginning of each of its files, or looks for in them. */
const CONTENTS: readonly (readonly [MigrationTool, RegExp])[] = [
  ['Liquibase', /^\s*--\s*liquibase formatted sql/i],
  ['dbmate', /^--\s*migrate:up\b/m],
  ['Drizzle', /--> statement-breakpoint[^\S\n]*$/m],
  ['Alembic', /^-- Running (?:upgrade|downgrade) /m],
  [
    'Django',
    /^--\n-- (?:Create model|Delete model|Rename model|(?:Add|Alter|Remove|Rename) field|Raw SQL operation|Create index|Remove index) ?/m,
  ],
];

const PATHS: readonly (readonly [MigrationTool, RegExp])[] = [
  ['Flyway', /\/(?:V\d+(?:[._]\d+)*|R)__[^/]+\.sql$/],
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
 * which are no comments for MySQL: that wants a blank behind `--`. dbmate has the way back in the same file.
 */
export function appliedPart(text: string): string {
  const drizzle = text.replaceAll(/--> statement-breakpoint(?=[^\S\n]*\r?$)/gm, (mark) => `;${blank(mark.slice(1))}`);
  const up = /^--\s*migrate:up\b/m.exec(drizzle);
  if (up === null) return drizzle;
  const down = /^--\s*migrate:down\b/m.exec(drizzle.slice(up.index));
  const end = down === null ? drizzle.length : up.index + down.index;
  return `${blank(drizzle.slice(0, up.index))}${drizzle.slice(up.index, end)}${blank(drizzle.slice(end))}`;
}

function blank(text: string): string {
  return text.replaceAll(/[^\r\n]/g, ' ');
}
