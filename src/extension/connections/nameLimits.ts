/** In characters, as the form and the commands allow it. */
export const MAX_NAME = 200;
export const MAX_GROUP_NAME = 100;
