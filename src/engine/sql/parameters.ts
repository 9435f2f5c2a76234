import { interpretStatements } from './lexer/interpretations.ts';
import { signOf } from './lexer/tokens.ts';

/** A value for a `?`. Larger integers than JavaScript holds come as strings. */
export type Parameter = string | number | boolean | null;

/** A text and values that do not fit each other; `position` is a UTF-16 offset. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError';
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

/**
 * Puts literals in the place of the `?` of a single statement. The result is judged and sent like any other text, so there
 * is one protocol and one way in which values are shown, and a literal that were wrong would still have to pass the guard.
 *
 * A text that is more than plain ASCII becomes `_utf8mb4 X'…'`: hexadecimal digits mean the same under every `sql_mode`, and
 * the introducer makes them a string. Throws ParseError and ParameterError.
 */
export function bindParameters(sql: string, parameters: readonly Parameter[]): string {
  const [statement, second] = interpretStatements(sql);
  if (statement === undefined) return sql;
  if (second !== undefined) throw new ParameterError('Parameters need a single statement', second.start);
  const [tokens = [], other] = statement.interpretations;
  if (other !== undefined) throw new ParameterError("Parameters can't be combined with executable comments", statement.start);
  const places = tokens.filter((token) => signOf(token) === '?');
  if (places.length !== parameters.length) {
    const position = places[parameters.length]?.start ?? 0;
    throw new ParameterError(`${String(places.length)} placeholders and ${String(parameters.length)} values`, position);
  }
  let bound = '';
  let at = 0;
  for (const [i, { start, end }] of places.entries()) {
    bound += `${sql.slice(at, start)} ${literal(parameters[i] ?? null, start)} `;
    at = end;
  }
  return bound + sql.slice(at);
}

function literal(value: Parameter, position: number): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new ParameterError('A number that is not finite', position);
    return String(value);
  }
  if (!value.isWellFormed()) throw new ParameterError('A text that is not valid Unicode', position);
  return /^[\w .,:;@%/+-]*$/.test(value) ? `'${value}'` : `_utf8mb4 X'${Buffer.from(value, 'utf8').toString('hex')}'`;
}
