import type { Translate } from '../../review/translate.ts';

/** Why a call failed, in a word or two for a list. */
export function failureName(code: string, t: Translate): string {
  switch (code) {
    case 'approval.denied':
      return t('rejected');
    case 'approval.expired':
      return t('expired before a decision');
    case 'statement.refused':
      return t('refused');
    case 'statement.canceled':
      return t('canceled');
    case 'statement.timeout':
      return t('timed out');
    case 'connection.lost':
    case 'session.lost':
      return t('connection lost');
    case 'host.unreachable':
      return t('server unreachable');
    case 'login.refused':
      return t('login failed');
    case 'connection.limit':
      return t('too many connections');
    case 'rate.limited':
      return t('rate limited');
    case 'object.unknown':
    case 'database.unknown':
    case 'connection.unknown':
      return t('not found');
    case 'write.changed':
      return t('rows or definitions changed');
    case 'write.unknown':
      return t('outcome unknown');
    default:
      return t('failed');
  }
}
