import type { Flavor } from '../../../harness/servers/testServer.ts';

/** Tables by name, each with those that it needs before it. */
export type CorpusTables = Readonly<Record<string, { readonly needs?: readonly string[]; readonly sql: readonly string[] }>>;

/** A script, tried on copies of the tables that it names. */
export interface Case {
  readonly sql: string;
  readonly only?: Flavor;
}

export const plain = (...statements: readonly string[]): Case[] => statements.map((sql) => ({ sql }));
export const mysql = (...statements: readonly string[]): Case[] => statements.map((sql) => ({ sql, only: 'mysql' }));
export const mariadb = (...statements: readonly string[]): Case[] => statements.map((sql) => ({ sql, only: 'mariadb' }));
