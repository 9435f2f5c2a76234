import { showsRows, type AgentVisibility } from '../sql/agentVisibility.ts';
import { ACCESS_MODES, WRITE_CLASSES, type AccessMode, type WriteAccess, type WriteClass } from '../sql/statementClasses.ts';

export interface AccessRules {
  /** Who sees no rows changes none. */
  readonly agents?: AgentVisibility | undefined;
  readonly writes?: WriteAccess | undefined;
  /** Nobody writes, whatever else is said. */
  readonly readOnly?: boolean | undefined;
  readonly environment?: string | undefined;
  /** The user has said a second time that `allow` shall hold on production, too. */
  readonly unattendedProduction?: boolean | undefined;
}

/** What an agent may do with statements of one class; on production a person is asked unless the user has said otherwise twice. */
export function accessTo(
  { agents, writes, readOnly, environment, unattendedProduction }: AccessRules,
  statementClass: WriteClass,
): AccessMode {
  if (readOnly === true || !showsRows(agents)) return 'readOnly';
  const mode = writes?.[statementClass] ?? 'readOnly';
  return mode === 'allow' && environment === 'production' && unattendedProduction !== true ? 'ask' : mode;
}

/** The strictest mode of several classes: a REPLACE needs what an INSERT and a DELETE need. */
export function accessToAll(rules: AccessRules, classes: readonly WriteClass[]): AccessMode {
  const modes = classes.map((one) => ACCESS_MODES.indexOf(accessTo(rules, one)));
  return ACCESS_MODES[Math.min(...modes)] ?? 'readOnly';
}

/** The classes of each mode other than `readOnly`. */
export function writableClasses(rules: AccessRules): { readonly ask: readonly WriteClass[]; readonly allow: readonly WriteClass[] } {
  const of = (mode: AccessMode): WriteClass[] => WRITE_CLASSES.filter((one) => accessTo(rules, one) === mode);
  return { ask: of('ask'), allow: of('allow') };
}

/** Whether anything at all may be written, asked or not. */
export function allowsWrites(rules: AccessRules): boolean {
  const { ask, allow } = writableClasses(rules);
  return ask.length + allow.length > 0;
}

/** For models and logs: `read-only`, or `may insert, update (a person is asked), delete (unasked)`. */
export function describeAccess(rules: AccessRules): string {
  const { ask, allow } = writableClasses(rules);
  const parts = [
    ...(ask.length > 0 ? [`${ask.join(', ')} (a person is asked)`] : []),
    ...(allow.length > 0 ? [`${allow.join(', ')} (unasked)`] : []),
  ];
  return parts.length === 0 ? 'read-only' : `may ${parts.join(', ')}`;
}
