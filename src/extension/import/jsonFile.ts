import * as z from 'zod';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { ConnectionProfileSchema } from '../../engine/driver/profileSchema.ts';
import { PilotError } from '../../engine/errors.ts';
import type { ImportCandidate } from './importCandidate.ts';
import { toPrintableLine } from '../../engine/driver/printableLine.ts';

const FileSchema = z.strictObject({ connections: z.array(z.looseObject({})).max(1000) });

/** Connections as a file that can be given to others: no password is in it, nor what agents may write. */
export function writeJsonFile(profiles: readonly ConnectionProfile[]): string {
  const connections = profiles.map((profile) => ({ ...withoutRights(profile), id: undefined, createdAt: undefined }));
  return `${JSON.stringify({ connections }, undefined, 2)}\n`;
}

/** What `writeJsonFile` wrote. A file opens nothing: what agents may write or call is for each person to say. Throws `input.invalid`. */
export function readJsonFile(text: string, source: string): ImportCandidate[] {
  const file = FileSchema.safeParse(parse(text));
  if (!file.success) throw invalid(source);
  return file.data.connections.map(({ acceptsOneFence: _right, ...one }) => {
    const { name: called, group: grouped } = one;
    const names = {
      ...(typeof called === 'string' ? { name: toPrintableLine(called, 'MySQL') } : {}),
      ...(typeof grouped === 'string' ? { group: toPrintableLine(grouped, 'MySQL', 100) } : {}),
    };
    const read = ConnectionProfileSchema.safeParse({ ...one, ...names, id: '00000000-0000-0000-0000-000000000000', createdAt: 0 });
    if (!read.success) throw invalid(source);
    const { id: _id, createdAt: _createdAt, name, ...target } = withoutRights(read.data);
    return { name, source, target, password: undefined };
  });
}

/** Limits go along, and rights do not. */
function withoutRights(profile: ConnectionProfile): ConnectionProfile {
  const {
    writes: _w,
    unattendedProduction: _u,
    dryRunOnProduction: _d,
    allowedFunctions: _f,
    allowUnenforcedReadOnly: _o,
    scratchDatabase: _s,
    ...rest
  } = profile;
  return rest;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema then refuses it
  }
}

function invalid(source: string): PilotError {
  return new PilotError('input.invalid', `${source} contains no MySQL Pilot connections.`, {
    nextStep: 'Select a file that "Export Connections…" has written.',
  });
}
