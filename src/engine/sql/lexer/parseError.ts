/** A text that cannot be parsed; `position` is a UTF-16 offset into it. */
export class ParseError extends Error {
  override readonly name = 'ParseError';
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}
