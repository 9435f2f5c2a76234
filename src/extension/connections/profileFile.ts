/** A saved connection in the format of some version: what its schema allows. */
export type Form = Readonly<Record<string, unknown>>;

/**
 * The step from one format to the next, and back. `down` gives undefined where an earlier version must not use the connection: it would not keep a limit that
 * it does not know.
 */
export interface Migration {
  readonly up: (form: Form) => Form;
  readonly down: (form: Form) => Form | undefined;
}

/** From format 1 on, in order. A field that earlier versions lack needs a step: their schema refuses what it does not know. */
export const MIGRATIONS: readonly Migration[] = [
  {
    // 2: `readOnly`. Earlier versions let no person write, and agents only by `writes`.
    up: (form) => form,
    down: ({ readOnly, writes, ...form }) => (readOnly === true || writes === undefined ? form : { ...form, writes }),
  },
  {
    // 3: how it looks in the list, people's sessions, secrets of SSH. Earlier versions store each password, and hold no secret of SSH.
    up: (form) => form,
    down: (form) => {
      if (form['keepPassword'] !== undefined) return undefined;
      const older = without(form, ['cleartextPassword', 'timeZone', 'collation', 'group', 'color', 'position']);
      return isRecord(older['ssh']) ? { ...older, ssh: without(older['ssh'], ['secret']) } : older;
    },
  },
  {
    // 4: `allowUnenforcedReadOnly` has its name.
    up: (form) => renamed(form, 'acceptsOneFence', 'allowUnenforcedReadOnly'),
    down: (form) => renamed(form, 'allowUnenforcedReadOnly', 'acceptsOneFence'),
  },
  {
    // 5: `agents`. Earlier versions show agents all rows, so they must not use a connection that shows less.
    up: (form) => form,
    down: ({ agents, ...form }) => (agents === undefined || agents === 'data' ? form : undefined),
  },
  {
    // 6: `columns`. Earlier versions show agents all columns, so they must not use a connection that protects some.
    up: (form) => form,
    down: ({ columns, ...form }) => (columns === undefined || (Array.isArray(columns) && columns.length === 0) ? form : undefined),
  },
];

function renamed(form: Form, from: string, to: string): Form {
  const { [from]: value, ...rest } = form;
  return value === undefined ? form : { ...rest, [to]: value };
}

function without(form: Form, fields: readonly string[]): Form {
  return Object.fromEntries(Object.entries(form).filter(([field]) => !fields.includes(field)));
}

interface ProfileFile {
  /** That of the version which wrote it last. */
  readonly format: number;
  /** By format: the writer's own and, made by `down`, each earlier one. Those of later versions stay as these wrote them. */
  readonly forms: Readonly<Record<string, Form>>;
}

/** What a file holds for this version; undefined if only later ones may use it. Throws a TypeError for what is no such file. */
export function readProfileFile(text: string, migrations = MIGRATIONS): Form | undefined {
  const own = migrations.length + 1;
  const { format, forms } = parse(text);
  if (format > own) return forms[own];
  const written = forms[format];
  if (written === undefined) throw new TypeError(`The file says format ${String(format)} and does not have it.`);
  const raised = raise(written, format, migrations);
  const before = forms[own];
  if (format === own || before === undefined) return raised;
  const seen = lower(before, format, migrations);
  return carryOver(raised, before, seen && raise(seen, format, migrations));
}

/** The file for this version and for earlier ones; `previous` is what lay there. */
export function writeProfileFile(form: Form, previous: string | undefined, migrations = MIGRATIONS): string {
  const own = migrations.length + 1;
  const forms: Record<string, Form> = { [own]: form };
  for (let format = own - 1; format >= 1; format--) {
    const older = lower(form, format, migrations);
    if (older === undefined) break;
    forms[format] = older;
  }
  for (const [format, later] of Object.entries(previous === undefined ? {} : parse(previous).forms))
    if (Number(format) > own) forms[format] = later;
  return `${JSON.stringify({ format: own, forms }, undefined, 2)}\n`;
}

/** What an earlier version could not see, and so did not mean to remove. `seen` is what it saw, in today's names. */
function carryOver(raised: Form, before: Form, seen: Form | undefined): Form {
  const unseen = Object.entries(before).filter(([key]) => !(key in raised) && !(key in (seen ?? {})));
  return { ...raised, ...Object.fromEntries(unseen) };
}

function raise(form: Form, from: number, migrations: readonly Migration[]): Form {
  return migrations.slice(from - 1).reduce((older, { up }) => up(older), form);
}

function lower(form: Form, to: number, migrations: readonly Migration[]): Form | undefined {
  return migrations.slice(to - 1).reduceRight<Form | undefined>((newer, { down }) => newer && down(newer), form);
}

function parse(text: string): ProfileFile {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) throw new TypeError("The connection file isn't a JSON object.");
  if (!('forms' in value)) return { format: 1, forms: { 1: value } }; // before the first release
  const { format, forms } = value;
  if (!Number.isSafeInteger(format) || !isRecord(forms) || !Object.values(forms).every(isRecord))
    throw new TypeError('The connection file has an unknown format.');
  return { format: Number(format), forms: forms as Record<string, Form> };
}

function isRecord(value: unknown): value is Form {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
