import { isAlias, parseDocument, visit } from 'yaml';
import * as z from 'zod';
import { FileProblem } from './fileProblem.ts';
import { candidateFrom, type ImportCandidate } from './importCandidate.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const ServiceSchema = z.looseObject({
  image: z.string().optional(),
  environment: z.union([z.array(z.string()), z.record(z.string(), scalar)]).optional(),
  ports: z.array(z.union([z.string(), z.number(), z.looseObject({ target: scalar, published: scalar.optional() })])).optional(),
});
const FileSchema = z.looseObject({ services: z.record(z.string(), z.unknown()) });

const SERVER = /(?:^|\/)(?:mysql|mariadb|percona)(?:-server)?(?:$|[:@])/;
const PORT = 3306;

export interface ComposeContext {
  /** Of the `.env` file beside it, which compose takes values from. */
  readonly variables: Readonly<NodeJS.Dict<string>>;
  /** Inside the network of the services (a development container) they are reached by name. */
  readonly inside: boolean;
}

/**
 * The servers of MySQL and MariaDB in a compose file, with the account that their images make. Ports that are not published are reached from inside alone.
 * @see https://docs.docker.com/reference/compose-file/services/
 */
export function readComposeFile(text: string, source: string, { variables, inside }: ComposeContext): ImportCandidate[] {
  if (isTooDeep(text)) throw new FileProblem(`It has more than ${String(MAX_DEPTH)} nested brackets.`);
  const document = parseDocument(text, { uniqueKeys: false, merge: true, logLevel: 'silent', prettyErrors: false }); // to look for keys that stand twice takes the square of their number
  const [mistake] = document.errors;
  if (mistake !== undefined) throw new FileProblem(`It isn't valid YAML: ${mistake.code} in line ${String(lineAt(text, mistake.pos[0]))}.`);
  let aliases = 0;
  visit(document, { Node: (_key, node) => void (aliases += isAlias(node) ? 1 : 0) });
  if (aliases > MAX_ALIASES) throw new FileProblem(`It has ${String(aliases)} aliases (*name): up to ${String(MAX_ALIASES)} are followed.`);
  // The package's own count of what aliases repeat goes through the whole file for each of them. What it protects from, copies of copies, we do not make: all aliases of a node are one value.
  const file = FileSchema.safeParse(document.toJS({ maxAliasCount: -1 }));
  if (!file.success) return [];
  return Object.entries(file.data.services).flatMap(([name, given]) => {
    const service = ServiceSchema.safeParse(given);
    if (!service.success || !SERVER.test(fill(service.data.image ?? '', variables))) return [];
    const { environment, ports = [] } = service.data;
    const published = ports.map((one) => publishedPort(one, variables)).find((port) => port !== undefined);
    if (published === undefined && !inside) return [];
    const values = toRecord(environment, variables);
    const first = (...keys: readonly string[]): string | undefined =>
      keys.flatMap((key) => [values[`MYSQL_${key}`], values[`MARIADB_${key}`]]).find((value) => value !== undefined);
    const user = first('USER');
    return (
      candidateFrom(source, {
        name: first('DATABASE') ?? name,
        host: inside ? name : '127.0.0.1',
        port: inside ? PORT : published,
        user: user ?? 'root',
        password: user === undefined ? first('ROOT_PASSWORD') : first('PASSWORD'),
        database: first('DATABASE'),
      }) ?? []
    );
  });
}

/** No file of services nests so far, and the reader of YAML takes ten times as long for what does. */
const MAX_DEPTH = 100;
/** Each may merge as many keys as the file has into one more service. */
const MAX_ALIASES = 500;

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

function toRecord(
  environment: z.infer<typeof ServiceSchema>['environment'],
  variables: ComposeContext['variables'],
): Readonly<Record<string, string>> {
  const pairs = Array.isArray(environment)
    ? environment.map((line): readonly [string, string | undefined] => {
        const at = line.indexOf('=');
        return at < 0 ? [line, undefined] : [line.slice(0, at), line.slice(at + 1)];
      })
    : Object.entries(environment ?? {}).map(([key, value]): readonly [string, string | undefined] => [
        key,
        value === null ? undefined : String(value),
      ]);
  // A name without a value takes that of the environment, which is `.env` here; without one there it is not set.
  return Object.fromEntries(
    pairs.flatMap(([key, value]): [string, string][] => {
      const filled = value === undefined ? variables[key] : fill(value, variables);
      return filled === undefined ? [] : [[key, filled]];
    }),
  );
}

/** `[address:]published:3306[/tcp]`, also as an object. */
function publishedPort(
  given: NonNullable<z.infer<typeof ServiceSchema>['ports']>[number],
  variables: ComposeContext['variables'],
): string | undefined {
  if (typeof given === 'object') return String(given.target) === String(PORT) ? String(given.published ?? '') || undefined : undefined;
  const parts = fill(String(given), variables)
    .replace(/\/tcp$/, '')
    .split(':');
  return parts.at(-1) === String(PORT) ? parts.at(-2) : undefined;
}

const BARE_NAME = /[A-Za-z_]\w*/y;
const BRACED_NAME = /\{([A-Za-z_]\w*)(?::?[-?])?/y;

/** `$NAME`, `${NAME}`, `${NAME:-default}` and `$$`. Goes through the text once: a brace that is not closed ends the search for braces. */
function fill(text: string, variables: ComposeContext['variables']): string {
  const valueOf = (name: string, fallback = ''): string => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return value === undefined || value === '' ? fallback : value;
  };
  const parts: string[] = [];
  let written = 0;
  const lastBrace = text.lastIndexOf('}');
  const replace = (from: number, to: number, by: string): number => {
    parts.push(text.slice(written, from), by);
    written = to;
    return to;
  };
  for (let at = text.indexOf('$'); at >= 0;) {
    let next = at + 1;
    BARE_NAME.lastIndex = BRACED_NAME.lastIndex = next;
    if (text.charAt(next) === '$') next = replace(at, next + 1, '$');
    else if (text.charAt(next) === '{' && lastBrace > next) {
      const [head, name] = BRACED_NAME.exec(text) ?? [];
      const behind = next + (head?.length ?? 0);
      const end = head === undefined ? -1 : text.indexOf('}', behind);
      if (name !== undefined && (end === behind || /[-?]$/.test(head ?? '')))
        next = replace(at, end + 1, valueOf(name, text.slice(behind, end)));
    } else {
      const name = BARE_NAME.exec(text)?.[0];
      if (name !== undefined) next = replace(at, next + name.length, valueOf(name));
    }
    at = text.indexOf('$', next);
  }
  return parts.join('') + text.slice(written);
}
