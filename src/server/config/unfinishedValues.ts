import { invalidConfig } from './configSchema.ts';
import type { Variable } from './connectionVariables.ts';
import { VARIABLES } from './variables.ts';

/** `"db.example"`: Docker and others keep the quotation marks of a file of variables. */
const QUOTED = /^(["'`]).*\1$/s;
/** `${env:NAME}`, which the client was to replace, and what stands in examples and in the configuration that VS Code copies. */
const PLACEHOLDER = /^(?:\$\{(?:\w+:)?[\w.-]+\}|…|\.\.\.|<password>)$/;
/** What may be part of a secret: `$NAME`, `%NAME%`, `<host>`, `{{ host }}`. */
const LIKELY_PLACEHOLDER = /^(?:\$\w+|%\w+%|<[^<>]*>|\{\{.*\}\})$/s;

/** True for a variable that holds a secret itself. */
export function isSecret({ kind }: Pick<Variable, 'kind'>): boolean {
  return kind === 'reference';
}

/** Throws `input.invalid` for a value that nobody can have meant. The value is not repeated: it may be a secret in the wrong place. */
export function refuseUnfinished(variable: Variable, name: string, value: string): void {
  if (PLACEHOLDER.test(value) || (!isSecret(variable) && LIKELY_PLACEHOLDER.test(value)))
    throw invalidConfig(
      `${name} contains a placeholder that wasn't replaced. Write the value, or a placeholder that your client supports.`,
    );
  if (isSecret(variable)) return;
  if (value.length > 1 && QUOTED.test(value))
    throw invalidConfig(`${name} is in quotation marks, which would be part of the value. Remove them.`);
  if (variable.kind === 'list' && /[;\n]/.test(value)) throw invalidConfig(`${name} needs commas between its entries.`);
}

/** Throws `input.invalid` for a protection that is set to nothing, as a variable in a Compose file is whose own variable has no value. */
export function refuseEmptyProtection({ name, protects }: Variable, environment: Readonly<Record<string, string | undefined>>): void {
  if (protects === true && environment[name]?.trim() === '')
    throw invalidConfig(`${name} is set but empty, so it would protect nothing. Fill it in, or remove it.`);
}

/** What is odd about secrets, and may still be meant. */
export function oddSecrets(environment: Readonly<Record<string, string | undefined>>): string[] {
  return VARIABLES.filter(isSecret)
    .flatMap(({ name, aliases = [] }) => [name, ...aliases])
    .flatMap((name) => {
      const value = environment[name] ?? '';
      if (value.length > 1 && QUOTED.test(value)) return [`${name} is in quotation marks, which count as part of it.`];
      if (/^\s|\s$/.test(value.replace(/\r?\n$/, ''))) return [`${name} starts or ends with white space, which counts as part of it.`];
      return [];
    });
}
