import type { ServerWarning } from '../../driver/session.ts';
import type { AdviceCode } from '../../advice.ts';
import { isPilotError, PilotError } from '../../errors.ts';
import type { ResultSet } from '../results/resultSet.ts';

/**
 * What the server says with these numbers has names and text of the statement in it, and nothing that it has computed: names that are unknown or ambiguous, syntax, rights, grouping,
 * numbers of arguments and columns, collations, views that name what is not there, what is deprecated, windows, and table expressions.
 */
const TELLS_NAMES = new Set([
  ...[1044, 1045, 1046, 1049, 1051, 1052, 1054, 1055, 1056, 1058, 1059, 1060, 1064, 1066, 1072, 1103, 1109, 1110, 1111, 1115, 1120, 1140],
  ...[1142, 1143, 1146, 1149, 1153, 1176, 1191, 1210, 1221, 1222, 1227, 1234, 1235, 1241, 1247, 1248, 1250, 1253, 1267, 1270, 1271, 1273],
  ...[1287, 1305, 1318, 1347, 1356, 1370, 1381, 1463, 1582, 1583, 1630, 1681, 1735, 3029, 3065, 3066],
  ...[3573, 3574, 3575, 3576, 3577, 3579, 3580, 3581, 3582, 3583, 3584, 3585, 3586, 3587, 3588, 3589, 3590, 3591, 3592, 3593],
  ...[4002, 4003, 4004, 4005, 4006, 4007, 4008, 4009, 4010, 4011, 4012, 4013, 4014, 4015, 4016, 4017, 4018, 4019, 4020],
]);

const HIDDEN = "The server's message isn't shown, because it can quote values.";

/**
 * Where agents see only structure, or not all columns: servers quote values in messages, and MariaDB runs stored functions of a view when it describes the view, and quotes what they return.
 * The number stays.
 */
export function errorWithoutValues(error: unknown, advice: AdviceCode = 'rights.onlyStructure'): unknown {
  if (!isPilotError(error) || error.errno === undefined || TELLS_NAMES.has(error.errno)) return error;
  if (error.code !== 'statement.failed' && error.code !== 'internal') return error;
  const { code, errno, sqlState } = error;
  return new PilotError(code, HIDDEN, { advice, errno, sqlState, untrusted: false });
}

/** As `errorWithoutValues`, of what an answer has beside its rows. */
export function resultWithoutValues(result: ResultSet): ResultSet {
  if (result.warnings.length === 0) return result;
  return { ...result, warnings: result.warnings.map(warningWithoutValues) };
}

export function warningWithoutValues(warning: ServerWarning): ServerWarning {
  return TELLS_NAMES.has(warning.errno) ? warning : { ...warning, message: HIDDEN };
}
