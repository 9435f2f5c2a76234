import * as vscode from 'vscode';
import type { ConnectionProfile, Environment } from '../../engine/driver/profile.ts';

export function environmentName(environment: Environment): string {
  switch (environment) {
    case 'development':
      return vscode.l10n.t('Development');
    case 'staging':
      return vscode.l10n.t('Staging');
    case 'production':
      return vscode.l10n.t('Production');
  }
}

/** Colors of the theme; the name always stands beside them. */
export const ENVIRONMENT_COLORS: Readonly<Record<Environment, string>> = {
  development: 'charts.green',
  staging: 'charts.yellow',
  production: 'charts.red',
};

/** Where nothing can be colored, as in a dialog. */
const ENVIRONMENT_SIGNS: Readonly<Record<Environment, string>> = {
  development: '🟢',
  staging: '🟡',
  production: '🔴',
};

/** Name and environment of a connection, for questions. */
export function nameWithEnvironment({ name, environment }: Pick<ConnectionProfile, 'name' | 'environment'>): string {
  return environment === undefined ? name : `${ENVIRONMENT_SIGNS[environment]} ${name} (${environmentName(environment)})`;
}
