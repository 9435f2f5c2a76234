const { Buffer } = require('node:buffer');
const vscode = require('vscode');

/** Files that lie on no disk, under the scheme of VS Code's own virtual workspaces. */
const FILES = new Map([
  ['/work/one.sql', 'SELECT id FROM orders WHERE id = 7;\n'],
  ['/work/.env', 'DATABASE_URL=mysql://virtual@elsewhere.example/other\n'],
]);

exports.activate = ({ subscriptions }) => {
  const changed = new vscode.EventEmitter();
  const written = new Map([...FILES].map(([path, text]) => [path, Buffer.from(text)]));
  const missing = (uri) => vscode.FileSystemError.FileNotFound(uri);
  const refused = (uri) => vscode.FileSystemError.NoPermissions(uri);
  const isFolder = (path) => path === '/' || path === '/work';
  subscriptions.push(
    changed,
    vscode.workspace.registerFileSystemProvider('vscode-vfs', {
      onDidChangeFile: changed.event,
      watch: () => ({ dispose: () => undefined }),
      stat: (uri) => {
        const bytes = written.get(uri.path);
        if (bytes === undefined && !isFolder(uri.path)) throw missing(uri);
        return {
          type: bytes === undefined ? vscode.FileType.Directory : vscode.FileType.File,
          ctime: 0,
          mtime: 0,
          size: bytes?.length ?? 0,
        };
      },
      readDirectory: (uri) => {
        if (!isFolder(uri.path)) throw missing(uri);
        if (uri.path === '/') return [['work', vscode.FileType.Directory]];
        return [...written.keys()].map((path) => [path.slice('/work/'.length), vscode.FileType.File]);
      },
      readFile: (uri) => {
        const bytes = written.get(uri.path);
        if (bytes === undefined) throw missing(uri);
        return bytes;
      },
      writeFile: (uri, bytes) => {
        written.set(uri.path, Buffer.from(bytes));
        changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
      },
      createDirectory: (uri) => {
        throw refused(uri);
      },
      delete: (uri) => {
        throw refused(uri);
      },
      rename: (uri) => {
        throw refused(uri);
      },
    }),
  );
};
