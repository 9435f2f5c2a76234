import { strFromU8, unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../test/harness/root.ts';

/** `npm run vsix:files -- FILE`: a VSIX holds what it should and nothing else. A file more or less is a decision, made here. */
const GOLDEN = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/LICENSE.txt',
  'extension/changelog.md',
  'extension/dist/NOTICE.txt',
  'extension/dist/agent.js',
  'extension/dist/app.html',
  'extension/dist/approval.html',
  'extension/dist/approval.js',
  'extension/dist/broker.js',
  'extension/dist/cache.js',
  'extension/dist/engine.js',
  'extension/dist/extension.js',
  'extension/dist/http.js',
  'extension/dist/init.js',
  'extension/dist/logging.js',
  'extension/dist/parquet.js',
  'extension/dist/program.js',
  'extension/dist/reader.js',
  'extension/dist/server.js',
  'extension/dist/ssh.js',
  'extension/dist/stdio.js',
  'extension/dist/tracing.js',
  'extension/dist/views.js',
  'extension/dist/webview/chart.css',
  'extension/dist/webview/chart.js',
  'extension/dist/webview/codicon.ttf',
  'extension/dist/webview/diagram.css',
  'extension/dist/webview/diagram.js',
  'extension/dist/webview/form.css',
  'extension/dist/webview/form.js',
  'extension/dist/webview/migration.css',
  'extension/dist/webview/migration.js',
  'extension/dist/webview/plan.css',
  'extension/dist/webview/plan.js',
  'extension/dist/webview/results.css',
  'extension/dist/webview/results.js',
  'extension/dist/webview/review.css',
  'extension/dist/webview/review.js',
  'extension/dist/window.js',
  'extension/dist/zod.js',
  'extension/l10n/bundle.l10n.json',
  'extension/l10n/bundle.l10n.ko.json',
  'extension/media/activity.svg',
  'extension/media/icon.png',
  'extension/media/skills/check-data-quality/SKILL.md',
  'extension/media/skills/explore-database/SKILL.md',
  'extension/media/skills/incident/SKILL.md',
  'extension/media/skills/mysql-pilot/SKILL.md',
  'extension/media/skills/review-migration/SKILL.md',
  'extension/media/skills/slow-query/SKILL.md',
  'extension/media/walkthrough/ask-dark.png',
  'extension/media/walkthrough/ask-light.png',
  'extension/media/walkthrough/browse-dark.png',
  'extension/media/walkthrough/browse-light.png',
  'extension/media/walkthrough/connect-dark.png',
  'extension/media/walkthrough/connect-light.png',
  'extension/media/walkthrough/decide-dark.png',
  'extension/media/walkthrough/decide-light.png',
  'extension/package.json',
  'extension/package.nls.json',
  'extension/package.nls.ko.json',
  'extension/readme.md',
];
const MAX_BYTES = 2_200_000;

const file = process.argv[2] ?? path.join(ROOT, 'mysql-pilot.vsix');
const packed = readFileSync(file);
const files = unzipSync(packed);
const names = Object.keys(files);
const complaints = [
  ...names.filter((name) => !GOLDEN.includes(name)).map((name) => `${name} is in the VSIX and not on the list.`),
  ...GOLDEN.filter((name) => !names.includes(name)).map((name) => `${name} is on the list and not in the VSIX.`),
  ...(packed.length > MAX_BYTES ? [`It has ${String(packed.length)} bytes; ${String(MAX_BYTES)} are the most.`] : []),
  ...names.filter((name) => strFromU8(files[name] ?? new Uint8Array(), true).includes(ROOT)).map((name) => `${name} names ${ROOT}.`),
];
for (const complaint of complaints) console.error(complaint);
if (complaints.length === 0) console.log(`${path.basename(file)}: ${String(names.length)} files, ${String(packed.length)} bytes.`);
process.exitCode = complaints.length === 0 ? 0 : 1;
