/** A part of a JSON schema, as far as tests look at it. */
export interface SchemaNode {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly propertyNames?: { readonly enum?: readonly string[] };
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly anyOf?: readonly SchemaNode[];
}

export type SchemaPath = readonly (string | number)[];

/** A key of a schema: where it stands, and what stands beside it. */
export interface SchemaKey {
  readonly path: SchemaPath;
  readonly node: SchemaNode;
  readonly parent: SchemaNode;
}

/** What names of an object that may have any are called here. */
export const ANY_NAME = 'p';

/** Every key at any depth; the first element stands for those of a list. */
export function* schemaKeys(node: SchemaNode, path: SchemaPath = []): Generator<SchemaKey> {
  for (const [name, key] of Object.entries(node.properties ?? {})) {
    yield { path: [...path, name], node: key, parent: node };
    yield* schemaKeys(key, [...path, name]);
  }
  if (node.items !== undefined) yield* schemaKeys(node.items, [...path, 0]);
  if (typeof node.additionalProperties === 'object')
    for (const name of node.propertyNames?.enum ?? [ANY_NAME]) {
      yield { path: [...path, name], node: node.additionalProperties, parent: node };
      yield* schemaKeys(node.additionalProperties, [...path, name]);
    }
  for (const one of node.anyOf ?? []) yield* schemaKeys(one, path);
}
