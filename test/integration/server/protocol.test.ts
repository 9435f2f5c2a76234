import assert from 'node:assert/strict';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { full } from '../../harness/depth.ts';
import { HttpServer } from '../../harness/mcp/httpServer.ts';
import { StandaloneSetup } from '../../harness/mcp/standaloneSetup.ts';
import { SERVER_BUNDLE } from '../../harness/mcp/stdioClient.ts';
import { npmTool } from '../../harness/npmTools.ts';
import { run } from '../../harness/run.ts';

const TOKEN = 'a-token-of-this-test';

/** Scenarios of the conformance package that any server can pass. */
const SCENARIOS = [
  'server-initialize',
  'ping',
  'logging-set-level',
  'completion-complete',
  'tools-list',
  'resources-list',
  'prompts-list',
  'dns-rebinding-protection',
  'server-sse-multiple-streams',
  'server-sse-polling',
];

/** Those that are not tried, with the reason. A scenario that is in neither list fails the test below. */
const NOT_OURS: Readonly<Record<string, string>> = {
  'tools-call-simple-text': 'calls a tool test_simple_text of its own fixture',
  'tools-call-image': 'calls test_image_content; we return no images',
  'tools-call-audio': 'calls test_audio_content; we return no audio',
  'tools-call-embedded-resource': 'calls test_embedded_resource',
  'tools-call-mixed-content': 'calls test_multiple_content_types',
  'tools-call-with-logging': 'calls test_tool_with_logging',
  'tools-call-error': 'calls test_error_handling',
  'tools-call-with-progress': 'calls test_tool_with_progress',
  'tools-call-sampling': 'calls test_sampling; we ask no model',
  'tools-call-elicitation': 'calls test_elicitation',
  'json-schema-2020-12': 'looks for a tool json_schema_2020_12_tool',
  'elicitation-sep1034-defaults':
    'calls test_elicitation_sep1034_defaults; our form has no defaults, so that a skipped question decides nothing',
  'elicitation-sep1330-enums': 'calls test_elicitation_sep1330_enums',
  'resources-read-text': 'reads test://static-text',
  'resources-read-binary': 'reads test://static-binary',
  'resources-templates-read': 'reads test://template/…',
  'resources-subscribe': 'subscribes to test://watched-resource; our resources are read when they are asked for',
  'resources-unsubscribe': 'as above',
  'prompts-get-simple': 'gets test_simple_prompt',
  'prompts-get-with-args': 'gets test_prompt_with_arguments',
  'prompts-get-embedded-resource': 'gets test_prompt_with_embedded_resource',
  'prompts-get-with-image': 'gets test_prompt_with_image',
};

suite('programs of others speak with the server', function () {
  this.timeout(180_000); // they may have to be fetched
  let setup: StandaloneSetup;
  let folder: string;
  let http: HttpServer;
  let env: Readonly<Record<string, string>>;

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
    ({ folder, env } = setup);
    http = await HttpServer.start({ ...env, MYSQL_HTTP_TOKEN: TOKEN });
  });
  suiteTeardown(async () => {
    await http.stop();
    await setup.dispose();
  });

  suite('the conformance package', function () {
    full(this);
    let door: Server;
    let url: string;
    let program: string;

    suiteSetup(async () => {
      program = await npmTool('conformance');
      // It cannot send a token, so something before the server does.
      door = createServer((from, to) => {
        const headers = { ...from.headers, authorization: `Bearer ${TOKEN}` };
        const sent = request({ host: http.url.hostname, port: http.url.port, path: from.url, method: from.method, headers }, (answer) => {
          to.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(to);
        });
        sent.on('error', () => to.destroy());
        to.on('close', () => sent.destroy());
        from.pipe(sent);
      });
      await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${String((door.address() as AddressInfo).port)}/mcp`;
    });
    suiteTeardown(() => {
      door.closeAllConnections();
      door.close();
    });

    test('every scenario is either tried or named with the reason why not', async () => {
      const said = await run(process.execPath, [program, 'list', '--server']);
      const known = [...said.matchAll(/^\s+- (\S+)/gm)].map(([, name = '']) => name);
      assert.deepEqual(known.sort(), [...SCENARIOS, ...Object.keys(NOT_OURS)].sort());
    });

    for (const scenario of SCENARIOS) {
      test(scenario, async () => {
        const said = await run(process.execPath, [program, 'server', '--url', url, '--scenario', scenario], { cwd: folder });
        assert.match(said, /Passed: \d+\/\d+, 0 failed/);
      });
    }
  });

  suite('the inspector', function () {
    full(this);
    let program: string;
    suiteSetup(async () => {
      program = await npmTool('inspector');
    });
    const inspect = async (target: readonly string[], args: readonly string[]): Promise<Record<string, unknown>> => {
      const said = await run(process.execPath, [program, '--cli', ...target, ...args], {
        cwd: folder,
        env: { ...process.env, HOME: folder },
      });
      return JSON.parse(said.slice(said.indexOf('{'), said.lastIndexOf('\n}') + 2)) as Record<string, unknown>;
    };
    const targets = (): Readonly<Record<string, readonly string[]>> => ({
      stdio: [...Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]), process.execPath, SERVER_BUNDLE],
      http: [http.url.href, '--transport', 'http', '--header', `Authorization: Bearer ${TOKEN}`],
    });

    for (const transport of ['stdio', 'http']) {
      test(`lists and calls tools over ${transport}`, async () => {
        const target = targets()[transport] ?? [];
        const { tools } = (await inspect(target, ['--method', 'tools/list'])) as { tools: { name: string }[] };
        assert.equal(tools.length, 12);
        const call = ['--method', 'tools/call', '--tool-name', 'mysql_query', '--tool-arg', 'sql=SELECT COUNT(*) AS n FROM orders'];
        const answer = (await inspect(target, call)) as { content: { text: string }[] };
        assert.match(answer.content[0]?.text ?? '', /n\n1000/);
        const { prompts } = (await inspect(target, ['--method', 'prompts/list'])) as { prompts: unknown[] };
        assert.ok(prompts.length > 0);
      });
    }
  });
});
