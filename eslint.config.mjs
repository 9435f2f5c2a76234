import { readFileSync } from 'node:fs';
import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { ownSqlRule } from './scripts/lint/ownSqlRule.mjs';
import { surfacesRule } from './scripts/lint/surfacesRule.mjs';
import { wordlessRule } from './scripts/lint/wordlessRule.mjs';

/** Which room may import which: `from` is forbidden in `target`. Imports point down only (docs/architecture.md). */
const zones = [
  {
    target: 'src/engine',
    from: ['src/broker', 'src/review', 'src/server', 'src/extension', 'src/webview'],
    message: 'The engine is the lowest room.',
  },
  { target: 'src/engine/sql', from: ['src/engine/!(sql)/**', 'src/engine/*.ts'], message: 'sql is pure: it imports nothing of ours.' },
  {
    target: 'src/engine/policy',
    from: ['src/engine/!(sql|policy|lineage)/**', 'src/engine/lineage/!(baseColumn).ts', 'src/engine/*.ts'],
    message: 'policy is pure: it decides, and imports sql types and those of protected columns alone.',
  },
  {
    target: 'src/engine/lineage',
    from: ['src/engine/!(sql|policy|guard|lineage)/**', 'src/engine/!(advice).ts'],
    message: 'lineage is pure: it decides on trees, and imports sql, policy, guard and names of advice alone.',
  },
  {
    target: 'src/engine/guard',
    from: ['src/engine/!(sql|policy|guard)/**', 'src/engine/!(advice).ts'],
    message: 'guard is pure: it decides on trees, and imports sql, policy and names of advice alone.',
  },
  { target: 'src/engine/driver', from: ['src/engine/!(driver|sql)/**'], message: 'The driver knows neither policy nor query.' },
  {
    target: 'src/engine/query',
    from: ['src/engine/schema', 'src/engine/diagnostics', 'src/engine/ddl', 'src/engine/writes'],
    message: 'query is below schema and diagnostics.',
  },
  {
    target: 'src/engine/schema',
    from: ['src/engine/diagnostics', 'src/engine/ddl', 'src/engine/writes'],
    message: 'schema is below diagnostics.',
  },
  { target: 'src/engine/ddl', from: ['src/engine/diagnostics', 'src/engine/writes'], message: 'ddl is below writes, which ask it.' },
  { target: 'src/engine/*.ts', from: ['src/engine/*/**'], message: 'The root of the engine is shared by all of its rooms: it knows none.' },
  {
    target: 'src/engine/observability',
    from: ['src/engine/!(driver|observability)/**'],
    message: 'What is measured is told: observability asks nobody.',
  },
  {
    target: 'src/engine/!(connection)/**',
    from: ['src/engine/connection'],
    message: 'A connection stands above all that it does.',
  },
  { target: 'src/engine/diagnostics', from: ['src/engine/ddl', 'src/engine/writes'], message: 'diagnostics is below writes.' },
  {
    target: 'src/clients',
    from: ['src/engine', 'src/broker', 'src/server', 'src/extension', 'src/webview'],
    message: 'The configurations of clients serve both programs and know neither.',
  },
  {
    target: 'src/broker',
    from: ['src/server', 'src/extension', 'src/review', 'src/webview'],
    message: 'The broker serves both programs and knows neither.',
  },
  {
    target:
      'src/server/{approvalPage,calls,config,connections,exports,init,journal,limits,messages,observability,receipts,resources,tools,views,writes}/**',
    from: ['src/server/{start,http,mcp,sessions}/**', 'src/server/*.ts'],
    message: 'What is offered knows neither sessions nor the ways that lead to it.',
  },
  {
    target:
      'src/server/{approvalPage,config,connections,exports,init,journal,limits,messages,observability,receipts,tools,views,writes}/**',
    from: ['src/server/{calls,resources}/**'],
    message: 'Calls and resources use tools, and not the other way round.',
  },
  { target: 'src/review', from: ['src/server', 'src/extension'], message: 'A review is worded for both programs and knows neither.' },
  { target: 'src/server', from: ['src/extension'], message: 'Server and extension meet in the broker and in reviews alone.' },
  { target: 'src/{review,server}/**', from: ['src/webview/**/!(messages).ts'], message: 'Programs and pages meet in messages alone.' },
  {
    target: 'src/extension/{base,ui}/**',
    from: ['src/extension/!(base|ui)/**'],
    message: 'What every feature uses knows no feature.',
  },
  { target: 'src/extension', from: ['src/server'], message: 'Server and extension meet in the broker and in reviews alone.' },
  {
    target: 'src/webview',
    from: ['src/engine', 'src/broker', 'src/review', 'src/server', 'src/extension'],
    message: 'Panels know messages alone.',
  },
  { target: 'src/extension', from: ['src/webview/**/!(messages).ts'], message: 'Window and panels meet in messages alone.' },
  { target: 'src', from: ['test', 'scripts'], message: 'The product does not import its tests.' },
];

const onlyIn = (where, name) => ({ group: [name, `${name}/**`], message: `${name} is imported under ${where} alone.` });
const VSCODE = onlyIn('src/extension', 'vscode');
const MYSQL2 = onlyIn('src/engine/driver', 'mysql2');
const SSH2 = onlyIn('src/engine/driver', 'ssh2');
const SDK = onlyIn('src/server', '@modelcontextprotocol');
/** A file that a connection or another program names may be a device, a pipe or a gigabyte. */
const NAMED_FILE = {
  group: ['node:fs', 'node:fs/promises'],
  importNames: ['readFile', 'readFileSync', 'createReadStream'],
  message: 'Read it by readNamedFile() or readWorkspaceText(), which read files alone, and no more than a limit.',
};
const restrict = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

/** What shows text to a person: extension/ui takes links, icons, line ends and hidden characters out of what others have written. */
const SHOWN_BY_UI = 'Show it by extension/ui, which neutralizes text of databases, files and servers.';
/** The words of a library or a peer may quote what it could not read, a password among it. */
const LOGGED = ["callee.object.name='log'", 'callee.object.property.name="log"', "callee.property.name='log'"].flatMap((callee) =>
  [
    'MemberExpression[property.name=/^(message|stack)$/][object.name=/^(error|failure|cause)$/]',
    "CallExpression[callee.name='String'] > Identifier[name=/^(error|failure|cause)$/]",
  ].map((quoted) => ({
    selector: `CallExpression[${callee}] ${quoted}`,
    message: 'Hand the error to the log: it keeps what is ours of it (observability/logger.ts).',
  })),
);

const SURFACES = [
  {
    selector:
      'MemberExpression[property.name=/^(show(Information|Warning|Error)Message|showQuickPick|createQuickPick|showInputBox|createInputBox|setStatusBarMessage|createStatusBarItem|createOutputChannel|isTrusted|supportHtml)$/]:not([object.property.name="workspace"])',
    message: SHOWN_BY_UI,
  },
  { selector: "MemberExpression[object.property.name='window'][property.name='withProgress']", message: SHOWN_BY_UI },
  { selector: 'NewExpression[callee.property.name=/^(MarkdownString|TreeItem|Diagnostic|CompletionItem)$/]', message: SHOWN_BY_UI },
  {
    selector: 'ObjectPattern > Property[key.name=/^(window|showInformationMessage|showWarningMessage|showErrorMessage)$/]',
    message: SHOWN_BY_UI,
  },
  ...LOGGED,
];

const INTERNALS = 'What mysql2 does not offer publicly is used by driver/mysql2Internals.ts alone, which checks that it is there.';

const pilot = { rules: { 'own-sql': ownSqlRule, surfaces: surfacesRule, wordless: wordlessRule } };

/** Files of the engine with sentences for whoever fills in a form, or with names that the server would take: parts of what failed, and no advice. */
const WORDED = ['src/engine/driver/profileSchema.ts', 'src/engine/schema/errorHints.ts'];

/** Files with SQL that is put together in another way, and why. */
const SQL_BY_HAND = [
  // They print statements from their trees, with names and literals by the functions that quote them.
  'src/engine/sql/printer/**/*.ts',
  // Its template strings name forms of statements; nothing of it is sent.
  'src/engine/sql/parser/**/*.ts',
  // Their parts are quoteIdentifier() and sqlLiteral() alone, which check; they are files for people and statements of a form.
  'src/engine/writes/undoScript.ts',
  'src/engine/writes/rowImport.ts',
  'src/engine/writes/rowEdit.ts',
  'src/engine/query/exports/exportFormats.ts',
];

/** Functions of the product that may be more complex, and why; what they have today is their limit. `npm run complexity` says whether they still need it. */
const COMPLEX = JSON.parse(readFileSync(new URL('.github/complexity-allow.json', import.meta.url), 'utf8'));
const complexOf = (file) => COMPLEX.filter((entry) => entry.function.startsWith(`${file} `)).map((entry) => entry.complexity);
const complexFiles = [...new Set(COMPLEX.map((entry) => entry.function.split(' ')[0]))];

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'coverage/', 'release/', 'node_modules/', 'demo-output/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { node: { extensions: ['.ts', '.js'] } } },
    rules: {
      'import-x/no-default-export': 'error',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 300, skipComments: true, skipBlankLines: true }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/engine/{diagnostics,driver,query,schema,sql,writes}/**/*.ts', 'src/extension/**/*.ts', 'src/server/tools/**/*.ts'],
    ignores: SQL_BY_HAND,
    plugins: { pilot },
    rules: { 'pilot/own-sql': 'error' },
  },
  { files: ['src/engine/**/*.ts', 'src/broker/*.ts'], ignores: WORDED, plugins: { pilot }, rules: { 'pilot/wordless': 'error' } },
  { files: ['src/**/*.ts'], rules: { ...restrict(VSCODE, MYSQL2, SSH2, SDK), complexity: ['error', 25] } },
  { files: ['src/webview/app/**/*.ts'], rules: restrict(VSCODE, MYSQL2, SSH2) }, // an MCP App speaks with its client
  ...complexFiles.map((file) => ({ files: [file], rules: { complexity: ['error', Math.max(...complexOf(file))] } })),
  { files: ['src/extension/**/*.ts'], plugins: { pilot }, rules: { 'pilot/surfaces': 'error', ...restrict(MYSQL2, SSH2, SDK) } },
  {
    files: ['src/extension/**/*.ts'],
    ignores: [
      'src/extension/ui/**',
      'src/extension/settings/settings.ts',
      'src/extension/support/reportIssue.ts',
      'src/extension/import/search.ts',
    ],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "Identifier[name='getConfiguration']",
          message: 'Settings are read by extension/settings/settings.ts, which checks them.',
        },
        ...SURFACES,
      ],
    },
  },
  {
    // These read other programs' settings, and show nothing by themselves.
    files: ['src/extension/support/reportIssue.ts', 'src/extension/import/search.ts'],
    rules: { 'no-restricted-syntax': ['error', ...SURFACES] },
  },
  {
    files: ['src/extension/settings/settings.ts'],
    rules: { 'no-restricted-syntax': ['error', ...SURFACES] },
  },
  {
    files: ['src/webview/**/*.ts'],
    ignores: ['src/webview/dom.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'AssignmentExpression[left.property.name=/^(textContent|innerText|innerHTML|outerHTML)$/]',
          message: 'Texts are shown by element() and setText(), which show what is hidden in them.',
        },
      ],
    },
  },
  { files: ['src/extension/import/**/*.ts'], rules: restrict(MYSQL2, SSH2, SDK, NAMED_FILE) },
  { files: ['src/engine/driver/**/*.ts'], rules: restrict(VSCODE, SDK, NAMED_FILE) },
  {
    files: ['src/engine/driver/**/*.ts'],
    ignores: ['src/engine/driver/mysql2Internals.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "TSAsExpression > TSAsExpression > Identifier[name='connection']", message: INTERNALS },
        { selector: "ImportSpecifier[imported.name='createQuery']", message: INTERNALS },
      ],
    },
  },
  { files: ['src/server/**/*.ts'], rules: restrict(VSCODE, MYSQL2, SSH2) },
  { files: ['src/broker/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...LOGGED] } },
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: {
      globals: {
        require: 'readonly',
        module: 'readonly',
        process: 'readonly',
        URL: 'readonly',
        console: 'readonly',
        __dirname: 'readonly',
        __filename: 'readonly',
        exports: 'writable',
      },
    },
  },
);
