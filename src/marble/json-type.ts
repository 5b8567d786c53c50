/** A Map would be `{}` as JSON, whatever it holds; so what is not made of members does not fit an object. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** What a value is called: `string`, `null`, `array`, `Map`. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'object' || isPlain(value)) return typeof value;
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

/** `a string`, `an array`. */
export const withArticle = (type: string): string => (/^[aeiou]/i.test(type) ? `an ${type}` : `a ${type}`);
