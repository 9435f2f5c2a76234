import path from 'node:path';

/** A JSON schema, as far as those of our tools and of the configuration go. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What says nothing about which values fit. */
const NOTES = new Set(['$schema', 'description', 'title', 'default']);

/**
 * True where a value fits the JSON schema for certain: then the library need not look at it, whose schema takes longer to make than a short call does. False may mean
 * anything, a keyword that is not known here among it; the library then decides, and says what is wrong.
 */
export function surelyFits(schema: JsonSchema, value: unknown): boolean {
  return Object.entries(schema).every(([keyword, wanted]) => NOTES.has(keyword) || holds(keyword, wanted, value, schema));
}

function holds(keyword: string, wanted: unknown, value: unknown, schema: JsonSchema): boolean {
  switch (keyword) {
    case 'type':
      return Array.isArray(wanted) ? wanted.some((type) => isOfType(type, value)) : isOfType(wanted, value);
    case 'enum':
      return Array.isArray(wanted) && wanted.includes(value);
    case 'minLength':
      return typeof value === 'string' && value.length >= Number(wanted);
    case 'maxLength':
      return typeof value === 'string' && value.length <= Number(wanted);
    case 'minimum':
      return typeof value === 'number' && value >= Number(wanted);
    case 'maximum':
      return typeof value === 'number' && value <= Number(wanted);
    case 'exclusiveMinimum':
      return typeof value === 'number' && value > Number(wanted);
    case 'pattern':
      return typeof value === 'string' && new RegExp(String(wanted)).test(value);
    case 'absolutePath': // of ours, for what no JSON schema can say
      return typeof value === 'string' && path.isAbsolute(value);
    case 'minItems':
      return Array.isArray(value) && value.length >= Number(wanted);
    case 'maxItems':
      return Array.isArray(value) && value.length <= Number(wanted);
    case 'items':
      return Array.isArray(value) && value.every((item) => surelyFits(wanted as JsonSchema, item));
    case 'properties':
      return isObject(value) && Object.entries(value).every(([name, one]) => fitsProperty(wanted as JsonSchema, name, one));
    case 'required':
      return isObject(value) && Array.isArray(wanted) && wanted.every((name: string) => Object.hasOwn(value, name));
    case 'additionalProperties':
      return wanted === false && schema['properties'] !== undefined; // which lets no others pass
    default:
      return false;
  }
}

function fitsProperty(properties: JsonSchema, name: string, value: unknown): boolean {
  return Object.hasOwn(properties, name) && surelyFits(properties[name] as JsonSchema, value);
}

function isOfType(type: unknown, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'integer':
      return Number.isSafeInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    default:
      return typeof value === type && (type !== 'number' || Number.isFinite(value));
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
