import type { ColumnAction } from '../sql/columnRule.ts';

/** Words of a name that stand for nobody's data but a secret of somebody: no part of it is for an agent. */
const SECRET =
  'password passwd pwd passcode passphrase pin secret token apikey credential credentials salt otp totp cvv cvc ssn rrn jumin sin nino passport';
/** Words for data by which a person can be found or reached. */
const PERSONAL =
  'email mail phone tel telephone mobile cell fax iban bic card pan account birthday birthdate dob address addr street postcode zipcode zip ' +
  'firstname lastname fullname surname forename nickname ip ipaddress latitude longitude lat lng lon salary income license';
/** Pairs of words that mean what neither of them does. */
const PAIRS: Readonly<Record<string, ColumnAction>> = {
  'api key': 'hide',
  'private key': 'hide',
  'access key': 'hide',
  'national id': 'hide',
  'tax id': 'hide',
  'social security': 'hide',
  'first name': 'mask',
  'last name': 'mask',
  'full name': 'mask',
  'middle name': 'mask',
  'maiden name': 'mask',
  'birth date': 'mask',
  'date birth': 'mask',
  'account number': 'mask',
  'card number': 'mask',
};
/** Words behind a personal word with which the column is about the data, and holds none: `email_verified_at`. */
const ABOUT = new Set(
  'id ids at on count type kind status verified confirmed valid enabled required opened sent format domain code set attempts'.split(' '),
);

const ACTIONS: ReadonlyMap<string, ColumnAction> = new Map<string, ColumnAction>([
  ...PERSONAL.split(' ').map((word) => [word, 'mask'] as const),
  ...SECRET.split(' ').map((word) => [word, 'hide'] as const),
]);

/** What a rule for a column of this name would do, if the name says that it holds personal data or a secret. The name is all that is looked at, and no value. */
export function actionForName(name: string): ColumnAction | undefined {
  const words = wordsOf(name);
  if (words[0] === 'is' || words[0] === 'has') return undefined;
  for (const [i, word] of words.entries()) {
    const second = words[i + 1] === 'of' ? i + 2 : i + 1;
    const pair = PAIRS[`${word} ${words[second] ?? ''}`];
    const action = pair ?? ACTIONS.get(word);
    const isAbout = words.slice(pair === undefined ? i + 1 : second + 1).some((one) => ABOUT.has(one));
    if (action !== undefined && !isAbout) return action;
  }
  return undefined;
}

/** `homeAddress2` and `home_address_2`: home, address. */
function wordsOf(name: string): string[] {
  return name
    .slice(0, 200)
    .replaceAll(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '');
}
