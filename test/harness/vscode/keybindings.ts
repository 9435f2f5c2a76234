/** Keys that no test presses, for what would take a person the palette. */
export const CLEAR_NOTIFICATIONS_KEY = 'Control+Alt+Shift+F8';

/** A command of a row, without one. */
export const PREVIEW_ROWS_KEY = 'Control+Alt+Shift+F7';

/** In the user's file of each VS Code. */
export const KEYBINDINGS = [
  { key: 'ctrl+alt+shift+f8', command: 'notifications.clearAll' },
  { key: 'ctrl+alt+shift+f7', command: 'mysqlPilot.previewRows' },
];
