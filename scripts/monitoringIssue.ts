import * as z from 'zod';
import { ROOT } from '../test/harness/root.ts';
import { run } from '../test/harness/run.ts';

/**
 * `npm run monitoring:issue`, when the weekly look or the nightly run has found something: opens an issue that points to the run, or adds to the one that is open. Needs GitHub's `gh`
 * and its GH_TOKEN with issues: write.
 */
const TITLE = 'The weekly look found something';

const { GITHUB_SERVER_URL = '', GITHUB_REPOSITORY = '', GITHUB_RUN_ID = '' } = process.env;
const body = `See the failed step of ${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}; docs/deployment.md tells what to do.`;
const gh = (...args: string[]): Promise<string> => run('gh', args, { cwd: ROOT });
const listed = await gh('issue', 'list', '--state', 'open', '--search', `in:title "${TITLE}"`, '--json', 'number,title');
const issues = z.array(z.object({ number: z.number(), title: z.string() })).parse(JSON.parse(listed));
const open = issues.find(({ title }) => title === TITLE);
console.log(
  open === undefined
    ? await gh('issue', 'create', '--title', TITLE, '--body', body)
    : await gh('issue', 'comment', String(open.number), '--body', body),
);
