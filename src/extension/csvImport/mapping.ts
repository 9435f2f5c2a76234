/** A column of a table that a file may fill. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
}

/** No column of the file. */
export const LEFT_OUT = '';

/** Which place of the file goes to each column of the table, as text: by name, letter case and separators left aside; in the table's order where no name fits. */
export function proposeMapping(columns: readonly TableColumn[], names: readonly string[], header: boolean): readonly string[] {
  const keys = names.map(keyOf);
  const byName = columns.map(({ name }) => keys.indexOf(keyOf(name)));
  if (header && byName.some((place) => place >= 0)) return byName.map((place) => (place < 0 ? LEFT_OUT : String(place)));
  return columns.map((_, i) => (i < names.length ? String(i) : LEFT_OUT));
}

function keyOf(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]+/g, '');
}
