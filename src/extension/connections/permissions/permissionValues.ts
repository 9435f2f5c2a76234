import { ACCESS_MODES, WRITE_CLASSES, type AccessMode, type WriteAccess, type WriteClass } from '../../../engine/sql/statementClasses.ts';
import { AGENT_VISIBILITIES } from '../../../engine/sql/agentVisibility.ts';
import type { ConnectionProfile } from '../../../engine/driver/profile.ts';
import type { FormValues } from '../../../webview/form/messages.ts';

/** What agents see of a connection as a whole, and what they change. */
export type Permissions = Pick<ConnectionProfile, 'agents' | 'writes' | 'unattendedProduction' | 'dryRunOnProduction'>;

/** What the form offers for all classes at once; `each`: for each by itself. */
export const PRESETS = ['nothing', 'rows', 'everything', 'each'] as const;
type Preset = (typeof PRESETS)[number];

const NOTHING = { writes: undefined, unattendedProduction: undefined, dryRunOnProduction: undefined };
const ROWS: readonly WriteClass[] = ['insert', 'update', 'delete'];

/** What is left of permissions where agents do not see a connection. */
export const HIDDEN: Permissions = { agents: 'none', ...NOTHING };

export function fieldOf(one: WriteClass): string {
  return `write.${one}`;
}

export function permissionValues({ agents = 'data', writes, unattendedProduction, dryRunOnProduction }: Permissions): FormValues {
  return {
    agents,
    changes: presetOf(writes),
    ...Object.fromEntries(WRITE_CLASSES.map((one) => [fieldOf(one), writes?.[one] ?? 'readOnly'])),
    unattendedProduction: unattendedProduction === true,
    dryRunOnProduction: dryRunOnProduction === true,
  };
}

function presetOf(writes: WriteAccess = {}): Preset {
  const modes = WRITE_CLASSES.map((one) => writes[one] ?? 'readOnly');
  if (modes.every((mode) => mode === 'readOnly')) return 'nothing';
  if (modes.every((mode) => mode === 'ask')) return 'everything';
  return WRITE_CLASSES.every((one, i) => modes[i] === (ROWS.includes(one) ? 'ask' : 'readOnly')) ? 'rows' : 'each';
}

/** What the fields say; what they do not show stays as it was `before`. A value that is none means the least. Where agents see no rows, they are left no right to change any. */
export function permissionsOf(values: FormValues, before: Permissions): Permissions {
  const agents = AGENT_VISIBILITIES.find((one) => one === values['agents']) ?? 'none';
  if (agents !== 'data') return { agents, ...NOTHING };
  const writes = writesOf(values);
  if (writes === undefined) return { agents: undefined, ...NOTHING };
  return {
    agents: undefined,
    writes,
    unattendedProduction: (values['changes'] === 'each' && said('unattendedProduction')) || undefined,
    dryRunOnProduction: said('dryRunOnProduction') || undefined,
  };

  function said(field: 'unattendedProduction' | 'dryRunOnProduction'): boolean {
    return (values[field] ?? before[field]) === true;
  }
}

function writesOf(values: FormValues): WriteAccess | undefined {
  const all = (classes: readonly WriteClass[], mode: (one: WriteClass) => AccessMode): WriteAccess | undefined => {
    const allowed = classes.map((one) => [one, mode(one)] as const).filter(([, of]) => of !== 'readOnly');
    return allowed.length === 0 ? undefined : Object.fromEntries(allowed);
  };
  switch (values['changes']) {
    case 'rows':
      return all(ROWS, () => 'ask');
    case 'everything':
      return all(WRITE_CLASSES, () => 'ask');
    case 'each':
      return all(WRITE_CLASSES, (one) => ACCESS_MODES.find((mode) => mode === values[fieldOf(one)]) ?? 'readOnly');
    default:
      return undefined;
  }
}
