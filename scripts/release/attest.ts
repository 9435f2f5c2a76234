import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { npmLibrary } from '../../test/harness/npmTools.ts';
import { ROOT } from '../../test/harness/root.ts';

/**
 * `npm run release:attest`: has the statement of provenance signed for this workflow and kept by GitHub, where `gh attestation verify FILE` finds it. Needs the
 * rights `id-token: write` and `attestations: write`.
 */
const statement = z
  .object({
    subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) })),
    predicateType: z.string(),
    predicate: z.record(z.string(), z.unknown()),
  })
  .parse(JSON.parse(readFileSync(path.join(ROOT, 'release/provenance.json'), 'utf8')));
const token = process.env['GITHUB_TOKEN'];
if (token === undefined) throw new Error('GITHUB_TOKEN is not set.');
const { attest } = (await npmLibrary('attest', 'lib/index.js')) as {
  attest: (options: object) => Promise<{ attestationID?: string }>;
};
const { attestationID } = await attest({
  subjects: statement.subject,
  predicateType: statement.predicateType,
  predicate: statement.predicate,
  token,
});
console.log(`${String(statement.subject.length)} files are attested as ${attestationID ?? 'unknown'}.`);
