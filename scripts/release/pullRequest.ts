import { GitHub } from 'release-please';
import { parseArgs } from 'node:util';
import { logger } from './logger.ts';
import { manifestOf, REPOSITORY } from './plan.ts';

/** `npm run release:pr`: opens or brings up to date the pull request that would release what is on main (or `--branch`). Nothing is tagged or published. */
const { values } = parseArgs({ options: { branch: { type: 'string', default: REPOSITORY.defaultBranch } } });
const token = process.env['GITHUB_TOKEN'];
if (token === undefined) throw new Error('GITHUB_TOKEN is not set: it needs to write contents and pull requests.');
const github = await GitHub.create({ ...REPOSITORY, token, logger });
const manifest = await manifestOf(github, values.branch);
for (const request of await manifest.createPullRequests())
  console.log(request === undefined ? 'Nothing to release.' : `#${String(request.number)}: ${request.title}`);
