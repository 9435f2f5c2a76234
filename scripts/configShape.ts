import * as z from 'zod';
import { ConfigSchema } from '../src/server/config/configSchema.ts';
import type { JsonSchema } from '../src/server/surelyFits.ts';

/** A keyword that `surelyFits` does not know, so that the library decides. */
const DECIDED_BY_LIBRARY = 'decidedByLibrary';

/**
 * The configuration's schema for `surelyFits`: what fits it is right, and is what the library would make of it. Where a value is changed, or checked by code, it says so, but
 * for absolute paths, which `surelyFits` knows.
 */
export function configShape(): JsonSchema {
  return z.toJSONSchema(ConfigSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      delete jsonSchema.description;
      const { def } = zodSchema._zod;
      const byCode = (def.checks ?? []).some(({ _zod: { def: check } }) => check.check === 'custom' || hasFlags(check));
      const changes = !PLAIN.has(def.type);
      if (changes || (byCode && jsonSchema['absolutePath'] !== true)) jsonSchema[DECIDED_BY_LIBRARY] = true;
    },
  });
}

/** Types whose values come out as they went in, and whose JSON schema says all there is to say. */
const PLAIN = new Set(['string', 'number', 'boolean', 'enum', 'array', 'object', 'optional']);

/** A JSON schema has no place for the flags of a regular expression. */
function hasFlags(check: object): boolean {
  return 'pattern' in check && check.pattern instanceof RegExp && check.pattern.flags !== '';
}
