// A language model that follows a plan, so that agent mode can be tried without an account and gives the same run every time.
// A plan is found by a word in the user's message: { "<word>": [{ tool, args }, …, { say }] }. After the n-th tool result it takes
// step n. In `say`, {{n.rows}} stands for the data lines of the n-th result, {{n.text}} for all of it and {{n.r.c}} for a cell, so that an answer holds real rows only.
const vscode = require('vscode');
const fs = require('fs');
const Module = require('module');
const path = require('path');
const { Session } = require('inspector');
const { performance } = require('perf_hooks');
const { setImmediate } = require('timers');

const PILOT_MAIN = /[\\/]mysql-pilot\.mysql-pilot-[^\\/]+[\\/]dist[\\/]extension\.js$/;

const textOf = (part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '');
const resultText = (part) => part.content.map((piece) => piece.value ?? '').join('');
// Between the marks of the answer's boundary, without the header.
const dataLines = (text) => (/<(data-\w+)>\n([^]*?)\n<\/\1>/.exec(text)?.[2] ?? '').split('\n').slice(1);

/** What every request offered and brought, for the tests and the demo to read. */
const requests = [];

function record(entry) {
  requests.push(entry);
  if (process.env.SCRIPTED_MODEL_LOG) fs.appendFileSync(process.env.SCRIPTED_MODEL_LOG, `${JSON.stringify(entry)}\n`);
}

/** All that the model was sent: for tests that look for what must not be in it. */
function keepWhole(messages) {
  if (!process.env.SCRIPTED_MODEL_MESSAGES) return;
  const parts = messages.flatMap(({ content }) => content);
  fs.appendFileSync(process.env.SCRIPTED_MODEL_MESSAGES, `${JSON.stringify(parts)}\n`);
}

/** The plan whose word the user said last, and the tool results that came after it: a conversation may hold several questions. */
function choosePlan(messages) {
  const plans = Object.entries(JSON.parse(process.env.SCRIPTED_MODEL_PLANS ?? '{}'));
  for (let i = messages.length - 1; i >= 0; i--) {
    if (messages[i].role !== vscode.LanguageModelChatMessageRole.User) continue;
    const text = messages[i].content.map(textOf).join('\n');
    const found = plans.find(([word]) => text.includes(word));
    if (!found) continue;
    const parts = messages.slice(i).flatMap(({ content }) => content);
    return { plan: found[1], results: parts.filter((part) => part instanceof vscode.LanguageModelToolResultPart).map(resultText) };
  }
  return { plan: [{ say: 'No plan fits.' }], results: [] };
}

function fill(template, results) {
  return template.replace(/\{\{(\d+)\.(?:rows|(text)|(\d+)\.(\d+))\}\}/g, (_, n, text, row, column) => {
    if (text !== undefined) return results[Number(n)] ?? '';
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

/** Where our extension is installed: how long its bundle took to load and activate, and which of its files that needed. */
const pilot = { milliseconds: undefined, cpuMilliseconds: undefined, loaded: undefined };

/** VS Code requires an extension's main file when it activates it; this one is active first. */
function watchActivation() {
  const { load } = Module.prototype;
  Module.prototype.load = function (file) {
    if (!PILOT_MAIN.test(file)) return load.call(this, file);
    Module.prototype.load = load;
    const endProfile = beginProfile(process.env.PILOT_PROFILE);
    // Timed apart: VS Code loads other extensions between the two.
    const loading = stopwatch();
    load.call(this, file);
    const loaded = loading();
    const { activate } = this.exports;
    this.exports = {
      ...this.exports,
      activate(context) {
        // Queued before the immediates of the activation itself, and run after its microtasks.
        setImmediate(() => (pilot.loaded = loadedFiles(path.dirname(path.dirname(file)))));
        const activating = stopwatch();
        const result = activate(context);
        const activated = activating();
        pilot.milliseconds = loaded.wall + activated.wall;
        pilot.cpuMilliseconds = loaded.cpu + activated.cpu;
        endProfile();
        return result;
      },
    };
  };
}

/** Profiles until its result is called, where a file for it is named (`npm run bench:activation -- --profile`). */
function beginProfile(file) {
  if (!file) return () => {};
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: 100 });
  session.post('Profiler.start');
  return () => {
    session.post('Profiler.stop', (error, { profile } = {}) => {
      if (error) throw error;
      fs.writeFileSync(file, JSON.stringify(profile));
    });
    session.disconnect();
  };
}

/** Its result tells the milliseconds since, of the clock and of this thread's CPU. */
function stopwatch() {
  const started = performance.now();
  const before = process.threadCpuUsage();
  return () => {
    const { user, system } = process.threadCpuUsage(before);
    return { wall: performance.now() - started, cpu: (user + system) / 1000 };
  };
}

function loadedFiles(folder) {
  return Object.keys(require.cache)
    .filter((file) => file.startsWith(folder + path.sep))
    .map((file) => path.relative(folder, file));
}

exports.activate = (context) => {
  watchSecrets(context.secrets);
  watchActivation();
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
        keepWhole(messages);
        const { plan, results } = choosePlan(messages);
        const step = plan[Math.min(results.length, plan.length - 1)];
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
  return { requests, secretReads, pilot };
};
