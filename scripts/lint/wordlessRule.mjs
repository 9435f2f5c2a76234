import { readdirSync } from 'node:fs';

const tools = readdirSync(new URL('../../src/server/tools', import.meta.url))
  .filter((file) => /^mysql[A-Z]\w*\.ts$/.test(file))
  .map((file) => file.slice(0, -3).replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
/** A name of a tool, a command of the window, or somebody who reads it. */
const HOST = new RegExp(`\\b(?:${tools.join('|')})\\b|MySQL Pilot: |VS Code command|\\b(?:ask|tell|to) the user\\b|\\bcall again\\b`, 'i');
/** A sentence that tells its reader to do something. */
const ADVICE =
  /^(?:Add|Ask|Call|Check|Choose|Commit|Compare|Connect|Correct|Do|Drop|Explain|Export|Give|Grant|Leave|Limit|Look|Make|Narrow|Open|Pass|Raise|Read|Reload|Remove|Run|Search|Select|Send|Set|Shorten|Split|Start|Try|Type|Use|Wait|Write)\b(?! (?:is|are|was|of)\b).*\.$/s;

/** The engine names what happened and what can be done (`advice`, of engine/advice.ts); the server words it for agents, the window for people. */
export const wordlessRule = {
  meta: {
    type: 'problem',
    messages: {
      host: 'The engine knows no tool, no command and nobody who reads: pass a name of engine/advice.ts, and word it in the `messages` of the server and the window.',
      advice:
        'What to do is said by a name of engine/advice.ts: word it in server/messages/adviceWords.ts and extension/messages/adviceWords.ts.',
    },
    schema: [],
  },
  create(context) {
    const check = (node, text) => {
      if (HOST.test(text)) context.report({ node, messageId: 'host' });
      else if (ADVICE.test(text)) context.report({ node, messageId: 'advice' });
    };
    return {
      Literal(node) {
        if (typeof node.value === 'string') check(node, node.value);
      },
      TemplateLiteral(node) {
        if (node.parent.type !== 'TaggedTemplateExpression') check(node, node.quasis.map(({ value }) => value.cooked).join('…'));
      },
      "ObjectExpression > Property[key.name='nextStep'][value.type=/Literal$/]": (node) => {
        context.report({ node, messageId: 'advice' });
      },
    };
  },
};
