import assert from 'node:assert/strict';
import { actionForName } from '../../../../src/engine/policy/personalColumns.ts';

suite('names of columns with personal data', () => {
  for (const [action, names] of [
    [
      'mask',
      'email EMAIL e_mail customerEmail contact_email phone mobile_phone tel iban birth_date date_of_birth dob home_address address2 first_name lastName full_name zip salary ip_address credit_card_number',
    ],
    [
      'hide',
      'password password_hash pwd api_key apiKey access_token refreshToken ssn passport national_id tax_id private_key jumin otp_secret',
    ],
    [
      undefined,
      'id name title status created_at email_verified email_verified_at phone_type has_password is_email_valid address_id email_id total price mailing_count telemetry tokenize discard panel scale pinned country state city code note',
    ],
  ] as const)
    test(`${action ?? 'nothing'} is proposed for: ${names}`, () => {
      const wrong = names.split(' ').filter((name) => actionForName(name) !== action);
      assert.deepEqual(wrong, []);
    });
});
