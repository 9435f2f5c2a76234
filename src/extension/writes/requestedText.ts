import type { Translate } from '../../review/translate.ts';

/** Who asks for a write, and since when. */
export interface WriteRequester {
  /** As the client calls itself. */
  readonly client: string | undefined;
  readonly at: Date;
}

const SHOWN_CLIENT = 60;

/** Tells two requests with the same headline apart. */
export function requestedText({ client, at }: WriteRequester, t: Translate): string {
  const who = client === undefined ? t('an unnamed program') : client.slice(0, SHOWN_CLIENT);
  return t('Requested by {0} at {1}', who, at.toLocaleTimeString());
}
