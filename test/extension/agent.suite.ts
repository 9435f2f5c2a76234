import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { until } from '../harness/run.ts';
import { connectionsSoFar } from '../harness/servers/connectionsSoFar.ts';
import { screenshot } from './runner.entry.ts';
import { EXTENSION_ID, requiredEnv } from './support.ts';

interface ModelRequest {
  readonly tools: readonly string[];
  readonly results: readonly string[];
  readonly called?: string;
}

interface ModelExtension {
  readonly requests: readonly ModelRequest[];
  /** Keys of the secrets that our extension has read. */
  readonly secretReads: readonly string[];
}

interface ChatAnswer {
  readonly type?: string;
  readonly errorDetails?: unknown;
  readonly metadata?: { toolCallRounds?: { toolCalls: { name: string; arguments: string }[] }[] };
}

/** The connection was saved by hand in an earlier session; the first that happens in this one is the chat request. */
suite('agent mode', () => {
  let requests: readonly ModelRequest[];
  let model: ModelExtension;

  suiteSetup(async () => {
    const extension = vscode.extensions.getExtension<ModelExtension>('mysql-pilot-test.scripted-model');
    assert.ok(extension);
    model = await extension.activate();
    ({ requests } = model);
    await vscode.extensions.getExtension('GitHub.copilot-chat')?.activate();
    await until(async () => (await vscode.lm.selectChatModels({ vendor: 'scripted' })).length > 0, 'the scripted model');
  });

  test('the extension is active although nobody has opened its view', async () => {
    await until(() => vscode.extensions.getExtension(EXTENSION_ID)?.isActive === true, 'the extension to be active');
  });

  // VS Code waits for a server that a message starts, and tells extensions of its tools up to 750 ms later (languageModelToolsService.ts): the model of a
  // first message is given them by chance, where the prompt takes longer than that.
  test('the first message starts the server', async () => {
    await vscode.commands.executeCommand('workbench.action.chat.open', {
      query: 'Say hello.',
      mode: 'agent',
      modelSelector: { vendor: 'scripted', id: 'scripted' },
      blockOnResponse: true,
    });
    await until(() => vscode.lm.tools.some(({ name }) => name.endsWith('mysql_query')), 'the tools in vscode.lm.tools');
    await vscode.commands.executeCommand('workbench.action.chat.newChat');
  });

  test('a question is answered with real rows, and nobody is asked for a read [F94]', async () => {
    const answer = await vscode.commands.executeCommand<ChatAnswer>('workbench.action.chat.open', {
      query: 'Please count the orders per status.',
      mode: 'agent',
      modelSelector: { vendor: 'scripted', id: 'scripted' },
      blockOnResponse: true,
    });
    assert.notEqual(answer.type, 'confirmation');
    assert.equal(answer.errorDetails, undefined);
    const calls = (answer.metadata?.toolCallRounds ?? []).flatMap(({ toolCalls }) => toolCalls);
    assert.deepEqual(
      calls.map(({ name }) => name.replace(/^mcp_mysql-pilot_/, '')),
      ['mysql_describe', 'mysql_query'],
      `the model was asked: ${JSON.stringify(requests)}; the answer: ${JSON.stringify(answer)}`,
    );
    await screenshot('agent-answer');
  });

  test('the rows came back to the model', () => {
    const last = requests.filter(({ results }) => results.length > 0).at(-1);
    assert.match(last?.results[0] ?? '', /shop\.orders ~\d+ rows/);
    assert.match(last?.results[1] ?? '', /status,n\nnew,250\npaid,250\nshipped,250\ncancelled,250/);
  });

  test('one secret was read for that, and the view opens without another', async () => {
    const ofConnections = (): number => model.secretReads.filter((key) => key.startsWith('connection.')).length;
    assert.equal(ofConnections(), 1);
    const before = await connectionsSoFar(requiredEnv('PILOT_URL'));
    await vscode.commands.executeCommand('mysqlPilot.connections.focus');
    await sleep(1000);
    assert.equal(ofConnections(), 1);
    assert.equal(await connectionsSoFar(requiredEnv('PILOT_URL')), before + 1); // the one that asks
  });

  test('a write is refused, and the model learns why', async () => {
    await vscode.commands.executeCommand('workbench.action.chat.newChat');
    const answer = await vscode.commands.executeCommand<ChatAnswer>('workbench.action.chat.open', {
      query: 'Please delete everything.',
      mode: 'agent',
      modelSelector: { vendor: 'scripted', id: 'scripted' },
      blockOnResponse: true,
    });
    assert.notEqual(answer.type, 'confirmation');
    assert.match(requests.at(-1)?.results.at(-1) ?? '', /statement\.refused: DELETE is not allowed/);
  });
});
