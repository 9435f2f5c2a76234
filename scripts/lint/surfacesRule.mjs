import path from 'node:path';
import { SILENT, SURFACES } from './surfaces.mjs';
import { useOf } from './vscodeUses.mjs';

const silent = new Set(SILENT);

/** Whatever hands text to VS Code is in the list of surfaces, in a file that keeps text of others harmless there. */
export const surfacesRule = {
  meta: {
    type: 'problem',
    messages: {
      unknown:
        '{{name}} is in no list of scripts/lint/surfaces.mjs: say there what keeps text of others harmless in it, and check it in test/workbench/hostileText.test.ts.',
      elsewhere:
        '{{name}} shows text, and not in this file: show it by extension/ui, or add the file to scripts/lint/surfaces.mjs with a check.',
    },
    schema: [],
  },
  create(context) {
    const { program, esTreeNodeToTSNodeMap } = context.sourceCode.parserServices;
    if (program === null) return {}; // the rules on imports are tested without types; `npm run lint` always has them
    const checker = program.getTypeChecker();
    const file = path.relative(path.join(context.cwd, 'src/extension'), context.filename).replaceAll('\\', '/');
    const check = (node) => {
      const name = useOf(checker, esTreeNodeToTSNodeMap.get(node));
      if (name === undefined || silent.has(name)) return;
      const surface = Object.hasOwn(SURFACES, name) ? SURFACES[name] : undefined;
      if (surface === undefined) context.report({ node, messageId: 'unknown', data: { name } });
      else if (!surface.files.includes(file)) context.report({ node, messageId: 'elsewhere', data: { name } });
    };
    return { CallExpression: check, NewExpression: check, AssignmentExpression: check, Property: check };
  },
};
