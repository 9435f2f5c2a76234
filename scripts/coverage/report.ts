import coverage, { type CoverageMap, type CoverageSummaryData } from 'istanbul-lib-coverage';
import path from 'node:path';

/** Of lines and of branches, in per cent: .github/pull_request_template.md tells contributors. */
export const REQUIRED = 85;

export interface FolderCoverage {
  readonly folder: string;
  readonly files: number;
  readonly lines: number;
  readonly branches: number;
}

/** The figures by folder, relative to `root`; the last row is the whole. */
export function byFolder(map: CoverageMap, root: string): FolderCoverage[] {
  const folders = Map.groupBy(map.files(), (file) => path.relative(root, path.dirname(file)));
  const row = (folder: string, files: readonly string[]): FolderCoverage => {
    const part = coverage.createCoverageMap();
    for (const file of files) part.addFileCoverage(map.fileCoverageFor(file));
    const { lines, branches } = part.getCoverageSummary() as unknown as CoverageSummaryData;
    return { folder, files: files.length, lines: share(lines), branches: share(branches) };
  };
  const rows = [...folders].sort(([a], [b]) => a.localeCompare(b)).map(([folder, files]) => row(folder, files));
  return [...rows, row('all', map.files())];
}

/** What is wrong with the figures of the whole. */
export function shortfalls({ lines, branches }: Pick<FolderCoverage, 'lines' | 'branches'>): string[] {
  return Object.entries({ lines, branches })
    .filter(([, figure]) => figure < REQUIRED)
    .map(([what, figure]) => `${figure.toFixed(2)} % of the ${what} are run by a test: at least ${String(REQUIRED)} % have to be.`);
}

function share({ covered, total }: { covered: number; total: number }): number {
  return total === 0 ? 100 : (100 * covered) / total;
}
