export const MAX_TABLES = 500;
