import { nearest } from '../../engine/schema/words.ts';
import type { ProblemWords } from '../../inputProblems.ts';

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node | boolean;
  readonly additionalProperties?: Node | boolean;
  readonly propertyNames?: { readonly enum?: readonly string[] };
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What a JSON schema knows of what is allowed, for problems with a value of it. */
export function schemaWords(schema: object): Required<Pick<ProblemWords, 'rangeOf' | 'knownAt' | 'nearest'>> {
  const nodeAt = (path: readonly PropertyKey[]): Node | undefined => path.reduce<Node | undefined>(below, schema);
  return {
    rangeOf: (path) => nodeAt(path),
    knownAt: (path) => {
      const { properties = {}, propertyNames } = nodeAt(path) ?? {};
      return propertyNames?.enum ?? Object.keys(properties).filter((name) => name !== '$schema');
    },
    nearest: (name, known) => nearest(name, known, 1)[0],
  };
}

function below(node: Node | undefined, key: PropertyKey): Node | undefined {
  const next = typeof key === 'number' ? node?.items : (node?.properties?.[String(key)] ?? node?.additionalProperties);
  return typeof next === 'object' ? next : undefined;
}
