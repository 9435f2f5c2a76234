import assert from 'node:assert/strict';
import { describedAdvice, describedErrors } from '../../../scripts/errorTables.ts';
import { ERROR_CODES } from '../../../src/engine/errors.ts';
import { limitsOf } from '../../../src/server/limits/limits.ts';
import { allTools } from '../../../src/server/tools/builtInTools.ts';

const TOOLS = allTools(limitsOf()).map(({ name }) => name);

/** Where the message of the server says it all. */
const WITHOUT_STEP_FOR_PEOPLE = ['statement.failed'];

/** A person reads it: no code, no tool, no argument. */
function assertForPeople(text: string): void {
  for (const code of ERROR_CODES) if (code.includes('.')) assert.ok(!text.includes(code), `${code} in ${text}`);
  for (const tool of TOOLS) assert.ok(!text.includes(tool), `${tool} in ${text}`);
  assert.doesNotMatch(text, /`|Next step|^\s*$|[Aa]sk the user/, text);
}

/** Only a person can run a command of VS Code: the agent is told to ask. */
function assertForAgents(text: string): void {
  if (/VS Code|\bcommand "/.test(text)) assert.match(text, /\bask (?:the user|them)\b/i, text);
}

suite('the tables of docs/errors.md', () => {
  test('have a meaning and both wordings for every code, each with a next step', () => {
    const errors = describedErrors();
    assert.deepEqual(
      errors.map(({ code }) => code),
      [...ERROR_CODES],
    );
    for (const { code, meaning, agent, person } of errors) {
      assert.match(meaning, /^[A-Z].*\.$/, code);
      assert.match(agent, new RegExp(`^${code}(?: \\(MySQL error \\d+\\))?: \\S[^]*\\nNext step: \\S`), code);
      assertForAgents(agent);
      assertForPeople(person);
      const sentences = person.split(/(?<=[.!?)])\s+(?=[A-Z])/).length;
      assert.ok(sentences > 1 || WITHOUT_STEP_FOR_PEOPLE.includes(code), `${code} has no next step for people: ${person}`);
    }
  });

  test('have words for agents for every advice, and none for people that only an agent understands', () => {
    const advice = describedAdvice();
    assert.ok(advice.length > 200, String(advice.length));
    for (const { agent, person } of advice) {
      assert.match(agent, /^[A-Z].*[.)]$/, agent);
      assertForAgents(agent);
      if (person !== undefined) assertForPeople(person);
    }
  });
});
