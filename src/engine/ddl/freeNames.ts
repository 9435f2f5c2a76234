import type { TableModel } from './tableModel.ts';

/** Names that servers give to what has none. */
export function freeName({ keys }: Pick<TableModel, 'keys'>, wanted: string): string {
  for (let i = 1; ; i++) {
    const name = i === 1 ? wanted : `${wanted}_${String(i)}`;
    if (!isTaken(keys, name)) return name;
  }
}

export function freeCheck(table: TableModel, flavor: 'mysql' | 'mariadb'): string {
  if (flavor === 'mysql') return `${table.name}_chk_${String(table.checks.length + 1)}`;
  for (let i = 1; ; i++) {
    const name = `CONSTRAINT_${String(i)}`;
    if (!isTaken(table.checks, name)) return name;
  }
}

export function freeForeignKey(table: TableModel): string {
  for (let i = 1; ; i++) {
    const name = `${table.name}_ibfk_${String(i)}`;
    if (!isTaken(table.foreignKeys, name)) return name;
  }
}

function isTaken(all: readonly { readonly name: string }[], name: string): boolean {
  return all.some((one) => one.name.toLowerCase() === name.toLowerCase());
}
