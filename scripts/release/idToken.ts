import * as z from 'zod';

/**
 * A token that says which workflow this is, for services that trust workflows instead of stored secrets. Needs the right `id-token: write`.
 * @see https://docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments/about-security-hardening-with-openid-connect
 */
export async function idToken(audience: string): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = process.env;
  if (url === undefined || bearer === undefined) throw new Error('No identity: this runs in a GitHub workflow with id-token: write.');
  const response = await fetch(`${url}&audience=${encodeURIComponent(audience)}`, { headers: { authorization: `Bearer ${bearer}` } });
  if (!response.ok) throw new Error(`GitHub gave no token: ${String(response.status)}`);
  return z.object({ value: z.string() }).parse(await response.json()).value;
}
