/**
 * Geometry as the server's ST_AsText shows it, from the bytes that it sends: a spatial reference id and well-known binary.
 * @see https://dev.mysql.com/doc/refman/9.7/en/gis-data-formats.html
 */

const SRID_BYTES = 4;
const NAMES = ['', 'POINT', 'LINESTRING', 'POLYGON', 'MULTIPOINT', 'MULTILINESTRING', 'MULTIPOLYGON', 'GEOMETRYCOLLECTION'];
const [POINT, LINESTRING, POLYGON, MULTIPOINT] = [1, 2, 3, 4];
/** Deeper collections are not built by hand; the bytes then go out as they are. */
const MAX_DEPTH = 100;

/**
 * Geographic reference systems whose first axis points north: MySQL shows their coordinates in that order, latitude first,
 * and keeps them longitude first. From `information_schema.st_spatial_reference_systems` of MySQL 9.7.
 */
const NORTH_FIRST = (
  '3819-3824 3889 3906 4001-4025 4027-4036 4041-4047 4052-4054 4075-4081 4120-4216 4218-4326 4463 4470 4475-4483 4490 4555-4558 4600-4646 ' +
  '4657-4765 4801-4811 4813-4821 4823-4824 4901-5013 5132 5228-5233 5246 5252 5264 5324 5340 5354 5360 5365 5371-5381 5393 5451 5464-5467 ' +
  '5489 5524-5527 5546 5561 5593 5681 5886 6135 6207 6311 6318-6325 6365 6668 6706 6783 6881-6883 6892-6894 6983 6990 7073 7136-7139 7373 ' +
  '7683-7686 7798 7844 7881 7886 8042-8043 8086 8232-8255 8351 8427-8431 8449 8545 8685 8818 8860-8900 8907 8972-9019 9053-9140'
)
  .split(' ')
  .map((range) => range.split('-').map(Number));

/** Of MySQL since 8.0; or of MariaDB, and of MySQL before. */
export type GeometryStyle = 'mysql' | 'mariadb';

/** `POINT(1 2)`, with `SRID=4326;` before it where it has one; undefined where the bytes are no geometry, or one that no text brings back. */
export function geometryText(bytes: Buffer, style: GeometryStyle): string | undefined {
  try {
    const srid = bytes.readUInt32LE(0);
    const reader = new Reader(bytes, style, style === 'mysql' && isNorthFirst(srid));
    const text = reader.geometry(0);
    return reader.atEnd ? `${srid === 0 ? '' : `SRID=${String(srid)};`}${text}` : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined; // cut off, or not what it says
    throw error;
  }
}

function isNorthFirst(srid: number): boolean {
  return NORTH_FIRST.some(([from = 0, to = from]) => srid >= from && srid <= to);
}

class Reader {
  readonly #bytes: Buffer;
  readonly #style: GeometryStyle;
  readonly #swapped: boolean;
  #at = SRID_BYTES;
  #littleEndian = true;

  constructor(bytes: Buffer, style: GeometryStyle, swapped: boolean) {
    this.#bytes = bytes;
    this.#style = style;
    this.#swapped = swapped;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  geometry(depth: number): string {
    const type = this.#head();
    const name = NAMES[type];
    if (name === undefined || name === '' || depth > MAX_DEPTH) throw new RangeError('unknown geometry');
    if (type === POINT) return `POINT(${this.#point()})`;
    if (type > POLYGON && this.#peekCount() === 0) {
      this.#count();
      return `${name} EMPTY`;
    }
    return `${name}${this.#body(type, depth)}`;
  }

  #body(type: number, depth: number): string {
    if (type === LINESTRING) return this.#list(() => this.#point());
    if (type === POLYGON) return this.#list(() => this.#list(() => this.#point()));
    if (type === MULTIPOINT) {
      return this.#list(() => {
        this.#head();
        return this.#style === 'mysql' ? `(${this.#point()})` : this.#point();
      });
    }
    return this.#list(() => {
      if (NAMES[type] === 'GEOMETRYCOLLECTION') return this.geometry(depth + 1);
      return this.#body(this.#head(), depth + 1);
    });
  }

  #list(item: () => string): string {
    return `(${Array.from({ length: this.#count() }, item).join(',')})`;
  }

  #head(): number {
    this.#littleEndian = this.#bytes.readUInt8(this.#at) === 1;
    this.#at++;
    return this.#count();
  }

  #peekCount(): number {
    return this.#littleEndian ? this.#bytes.readUInt32LE(this.#at) : this.#bytes.readUInt32BE(this.#at);
  }

  #count(): number {
    const count = this.#peekCount();
    this.#at += 4;
    if (count > this.#bytes.length) throw new RangeError('more parts than bytes');
    return count;
  }

  #point(): string {
    const [x, y] = [this.#number(), this.#number()];
    return this.#swapped ? `${y} ${x}` : `${x} ${y}`;
  }

  #number(): string {
    const value = this.#littleEndian ? this.#bytes.readDoubleLE(this.#at) : this.#bytes.readDoubleBE(this.#at);
    this.#at += 8;
    return formatDouble(value, this.#style);
  }
}

/** As the servers write it: the fewest digits that tell it apart, with an exponent from 1e15 up and below 1e-15. */
function formatDouble(value: number, style: GeometryStyle): string {
  if (Object.is(value, -0) && style === 'mariadb') throw new RangeError('MariaDB writes 0 for it, which is another value');
  if (!Number.isFinite(value)) throw new RangeError('no text is read as this value');
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= 15 || power < -15) return `${digits}e${String(power)}`;
  const places = Math.max(0, digits.replace(/^-?\d\.?/, '').length - power);
  return places > 100 ? String(value) : value.toFixed(Math.min(places, 100));
}
