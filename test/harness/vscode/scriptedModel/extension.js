// A language model that follows a plan, so that agent mode can be tried without an account and gives the same run every time.
// A plan is found by a word in the user's message: { "<word>": [{ tool, args }, …, { say }] }. After the n-th tool result it takes
// step n. In `say`, {{n.rows}} stands for the data lines of the n-th result and {{n.r.c}} for a cell, so that an answer holds real rows only.
const vscode = require('vscode');
const fs = require('fs');

const textOf = (part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '');
const resultText = (part) => part.content.map((piece) => piece.value ?? '').join('');
const dataLines = (text) => text.split('\n\n(')[0].split('\n').slice(1);

/** What every request offered and brought, for the tests and the demo to read. */
const requests = [];

function record(entry) {
  requests.push(entry);
  if (process.env.SCRIPTED_MODEL_LOG) fs.appendFileSync(process.env.SCRIPTED_MODEL_LOG, `${JSON.stringify(entry)}\n`);
}

function choosePlan(messages) {
  const plans = JSON.parse(process.env.SCRIPTED_MODEL_PLANS ?? '{}');
  const asked = messages
    .filter(({ role }) => role === vscode.LanguageModelChatMessageRole.User)
    .flatMap(({ content }) => content.map(textOf))
    .join('\n');
  return Object.entries(plans)
    .map(([word, plan]) => ({ plan, at: asked.lastIndexOf(word) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => b.at - a.at)[0]?.plan;
}

function fill(template, results) {
  return template.replace(/\{\{(\d+)\.(?:rows|(\d+)\.(\d+))\}\}/g, (_, n, row, column) => {
    const lines = dataLines(results[Number(n)] ?? '');
    return row === undefined ? lines.join('; ') : (lines[Number(row)]?.split(',')[Number(column)] ?? '?');
  });
}

/** Keys of all secrets that any extension of this host has read since we were activated. */
const secretReads = [];

/** All extensions' SecretStorage objects share a class, so its prototype can be watched from here. */
function watchSecrets(own) {
  const prototype = Object.getPrototypeOf(own);
  const { get } = prototype;
  if (typeof get !== 'function') throw new Error('This VS Code keeps SecretStorage otherwise: the watch must be adapted.');
  prototype.get = function (key) {
    secretReads.push(key);
    return get.call(this, key);
  };
}

exports.activate = (context) => {
  watchSecrets(context.secrets);
  context.subscriptions.push(
    vscode.lm.registerLanguageModelChatProvider('scripted', {
      provideLanguageModelChatInformation: () => [
        {
          id: 'scripted',
          name: 'Scripted',
          family: 'scripted',
          version: '1',
          maxInputTokens: 128000,
          maxOutputTokens: 8000,
          capabilities: { toolCalling: true },
          isUserSelectable: true,
          isDefault: true,
        },
      ],
      provideLanguageModelChatResponse: (_model, messages, options, progress) => {
        const tools = (options.tools ?? []).map(({ name }) => name);
        const results = messages
          .flatMap(({ content }) => content.filter((part) => part instanceof vscode.LanguageModelToolResultPart))
          .map(resultText);
        const plan = choosePlan(messages);
        const step = plan?.[Math.min(results.length, plan.length - 1)] ?? { say: 'No plan fits.' };
        const tool = step.tool && tools.find((name) => name.endsWith(step.tool));
        record({ tools, results, step, called: tool });
        if (tool) progress.report(new vscode.LanguageModelToolCallPart(`call-${Date.now()}-${results.length}`, tool, step.args ?? {}));
        else
          progress.report(
            new vscode.LanguageModelTextPart(
              step.say ? fill(step.say, results) : `The tool ${step.tool} is not offered among ${tools.length}.`,
            ),
          );
        return Promise.resolve();
      },
      provideTokenCount: () => Promise.resolve(10),
    }),
  );
  return { requests, secretReads };
};
