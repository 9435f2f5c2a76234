import type { HealthCheck } from './healthCheck.ts';
import { SCHEMA_CHECKS } from './schemaChecks.ts';
import { SERVER_CHECKS } from './serverChecks.ts';

export const HEALTH_CHECKS: readonly HealthCheck[] = [
  ...SCHEMA_CHECKS.map((check) => ({ ...check, onlyStructure: true })),
  ...SERVER_CHECKS,
];
