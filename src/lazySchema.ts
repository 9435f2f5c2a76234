import type * as z from 'zod';

const MADE = Symbol('made');

/**
 * A schema that is made when it is first used: making one costs 30 to 50 µs, and there are hundreds, of which a start needs a few (docs/performance.md). It behaves as the
 * schema itself, except that a schema around it must be made lazily, too, for this to gain anything.
 */
export function lazySchema<T extends z.ZodType>(make: () => T): T {
  let made: T | undefined;
  const schema = (): T => (made ??= make());
  return new Proxy({} as T, {
    get: (_, key) => {
      if (key === MADE) return schema();
      const value: unknown = Reflect.get(schema(), key);
      return typeof value === 'function' ? (value.bind(schema()) as unknown) : value;
    },
    has: (_, key) => key in schema(),
  });
}

/** The schema itself: what is inside another one is compared with itself there. */
export function made<T extends z.ZodType>(schema: T): T {
  return (schema as T & { readonly [MADE]?: T })[MADE] ?? schema;
}

/** Fields of an object, each made when it is needed. */
export type Fields = Readonly<Record<string, () => z.ZodType>>;

type Shape<F extends Fields> = { [Key in keyof F]: ReturnType<F[Key]> };

/** All of them. */
export function shapeOf<F extends Fields>(fields: F): Shape<F> {
  return Object.fromEntries(Object.entries(fields).map(([key, make]) => [key, make()])) as Shape<F>;
}

/** Those that a value has, and those that it must have. Whatever else it has is for the object around them to refuse. */
export function shapeFor<F extends Fields>(fields: F, given: Iterable<string>, required: readonly (keyof F & string)[]): Shape<F> {
  const wanted = new Set<string>([...required, ...given]);
  return Object.fromEntries(Object.entries(fields).flatMap(([key, make]) => (wanted.has(key) ? [[key, make()]] : []))) as Shape<F>;
}
