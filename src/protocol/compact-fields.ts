/** The header fields of a request as two texts: names and values, a line each. */
export interface CompactFields {
  /** The same text for all requests that have the same. */
  readonly common: string;
  readonly own: string;
}

/** Fields that say who it is, or which request: hardly two requests have the same. */
const ownNames = new Set([
  'authorization',
  'cookie',
  'forwarded',
  'sec-websocket-key',
  'sec-websocket-protocol',
  'traceparent',
  'x-forwarded-for',
  'x-real-ip',
  'x-request-id',
]);

const known = new Map<string, string>();
/** Clients are of few kinds; whoever invents more gains nothing. */
const mostKnown = 256;
const longestKnown = 2_048;

/**
 * Makes header fields small, for as long as a channel lives. Those of a browser are 450 bytes besides its cookies, and
 * all that a browser sends to one address but the key are the same for everybody who uses it.
 *
 * @param fields Names and values in turn.
 */
export function compactFields(fields: readonly string[]): CompactFields {
  const common = fields.slice();
  const own: string[] = [];
  // From behind, so that what is taken out moves nothing that is still to be looked at.
  for (let i = fields.length - 2; i >= 0; i -= 2) {
    if (ownNames.has(fields[i]?.toLowerCase() ?? '')) own.unshift(...common.splice(i, 2));
  }
  return { common: shared(common.join('\n')), own: own.join('\n') };
}

/** Names and values in turn. Their order is that of the request only among fields of the same name. */
export function expandFields({ common, own }: CompactFields): readonly string[] {
  return [common, own].flatMap((text) => (text === '' ? [] : text.split('\n')));
}

function shared(text: string): string {
  const same = known.get(text);
  if (same !== undefined || text.length > longestKnown) return same ?? text;
  if (known.size >= mostKnown) known.clear();
  known.set(text, text);
  return text;
}
