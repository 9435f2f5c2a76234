import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../test/harness/root.ts';
import { shippedPackages } from './shipped.ts';

/**
 * `npm run sbom`, after a build: the list of the packages in the bundles, in dist/sbom.cdx.json. From the bundles and not by `npm sbom`: that one lists what npm
 * would install, which we do not ship, and leaves out what tools of ours use, too (npm 11: ssh2, ajv).
 * @see https://cyclonedx.org/docs/1.6/json/
 */
const { values } = parseArgs({ options: { out: { type: 'string', default: path.join(ROOT, 'dist/sbom.cdx.json') } } });
const { name, version, license } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as Record<
  'name' | 'version' | 'license',
  string
>;
const shipped = await shippedPackages(ROOT);
const purl = (of: string, at: string): string => `pkg:npm/${of.replace(/^@/, '%40')}@${at}`;
const bom = {
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  serialNumber: `urn:uuid:${randomUUID()}`,
  version: 1,
  metadata: {
    timestamp: new Date().toISOString(),
    component: {
      type: 'application',
      'bom-ref': purl(name, version),
      name,
      version,
      purl: purl(name, version),
      licenses: [{ expression: license }],
    },
  },
  components: shipped.map((one) => ({
    type: 'library',
    'bom-ref': purl(one.name, one.version),
    name: one.name,
    version: one.version,
    purl: purl(one.name, one.version),
    licenses: [{ expression: one.license }],
    ...(one.source.startsWith('http') ? { externalReferences: [{ type: 'vcs', url: one.source }] } : {}),
  })),
  dependencies: [
    { ref: purl(name, version), dependsOn: shipped.map((one) => purl(one.name, one.version)) },
    ...shipped.map((one) => ({ ref: purl(one.name, one.version) })),
  ],
};
await writeFile(values.out, `${JSON.stringify(bom, undefined, 2)}\n`);
console.log(`${String(shipped.length)} packages: ${values.out}`);
