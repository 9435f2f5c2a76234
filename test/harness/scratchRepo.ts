import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from './root.ts';
import { run } from './run.ts';

/** A repository of its own with the files of this one as they are now, on main, released as `version` and tagged; its remote is itself. */
export class ScratchRepo {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(version: string): Promise<ScratchRepo> {
    const repo = new ScratchRepo(await mkdtemp(path.join(tmpdir(), 'mpt-scratch-')));
    const names = (await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: ROOT })).split('\0');
    for (const name of names.filter((one) => one !== ''))
      await cp(path.join(ROOT, name), path.join(repo.folder, name)).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // deleted, and not yet committed
      });
    await repo.git('init', '--quiet', '--initial-branch', 'main');
    await repo.setVersion(version);
    await repo.commit('chore: as it is');
    await repo.git('tag', '--annotate', '--message', version, `v${version}`);
    await repo.git('remote', 'add', 'origin', repo.folder);
    return repo;
  }

  git(...args: string[]): Promise<string> {
    return run('git', ['-c', 'user.name=test', '-c', 'user.email=test@localhost', '-c', 'tag.gpgSign=false', ...args], {
      cwd: this.folder,
    });
  }

  /** Everything that changed; a change of its own if nothing did. */
  async commit(message: string): Promise<void> {
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--no-verify', '--allow-empty', '--message', message);
  }

  async setVersion(version: string): Promise<void> {
    const file = path.join(this.folder, 'package.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/^ {2}"version": ".*?"/m, `  "version": "${version}"`));
    await writeFile(path.join(this.folder, '.github/release-please-manifest.json'), `${JSON.stringify({ '.': version })}\n`);
  }

  async dispose(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
