import path from 'node:path';

/** Where MySQL Workbench keeps its connections, by platform. */
export function workbenchFile(platform: NodeJS.Platform, home: string, applicationData: string | undefined): string {
  if (platform === 'win32')
    return path.join(applicationData ?? path.join(home, 'AppData', 'Roaming'), 'MySQL', 'Workbench', 'connections.xml');
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'MySQL', 'Workbench', 'connections.xml');
  return path.join(home, '.mysql', 'workbench', 'connections.xml');
}
