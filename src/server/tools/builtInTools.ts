import type { Limits } from '../limits/limits.ts';
import { mysqlConnections } from './mysqlConnections.ts';
import { mysqlDescribe } from './mysqlDescribe.ts';
import { mysqlDiagnose } from './mysqlDiagnose.ts';
import { mysqlExecute } from './mysqlExecute.ts';
import { mysqlExplain } from './mysqlExplain.ts';
import { mysqlExport } from './mysqlExport.ts';
import { mysqlIndexAdvice } from './mysqlIndexAdvice.ts';
import { mysqlQuery } from './mysqlQuery.ts';
import { mysqlRelationships } from './mysqlRelationships.ts';
import { mysqlSearchSchema } from './mysqlSearchSchema.ts';
import { mysqlShow } from './mysqlShow.ts';
import { mysqlStatus } from './mysqlStatus.ts';
import { mysqlWorkload } from './mysqlWorkload.ts';
import type { Tool } from './tool.ts';

/** In the order in which an agent needs them; the README's table is made from this, too. */
export const allTools = (limits: Limits): readonly Tool[] => [
  mysqlConnections,
  mysqlSearchSchema,
  mysqlDescribe,
  mysqlRelationships,
  mysqlQuery(limits),
  mysqlShow,
  mysqlExecute,
  mysqlExplain,
  mysqlExport,
  mysqlDiagnose,
  mysqlWorkload,
  mysqlIndexAdvice,
  mysqlStatus,
];
