/** Letters, digits and little else: the same file on every system, and never one that a shell or a tool treats in its own way. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,99}$/u;
/** Of Windows: devices, whatever extension follows. @see https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;
/** File systems count bytes; a part has a few more in its name. */
const MAX_BYTES = 200;

/** True for a plain name of a file, without a folder, that means a file on every system. */
export function isFileName(name: string): boolean {
  return NAME.test(name) && Buffer.byteLength(name) <= MAX_BYTES && !isDevice(name);
}

/** Windows looks at what stands before the first dot, without blanks at its end, and takes ¹ for 1; other letters that fold to these are refused with them. */
function isDevice(name: string): boolean {
  const [stem = ''] = name.normalize('NFKC').split('.');
  return DEVICE.test(stem.trim());
}
