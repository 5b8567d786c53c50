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

/** What requests of one kind have: the same names in the same order, and the same values where they are not their own. */
interface Kind {
  /** Names and values in turn, the own values left out. */
  readonly fields: readonly string[];
  /** Where the names of the own fields are. */
  readonly ownAt: readonly number[];
  readonly common: string;
}

/** That of the last request: most come from the same kind of client as the one before, and then little is to be done. */
let last: Kind = kindOf([]);

/**
 * Makes header fields small, for as long as a channel lives. Those of a browser are 450 bytes besides its cookies, and
 * all that a browser sends to one address but the key are the same for everybody who uses it.
 *
 * @param fields Names and values in turn.
 */
export function compactFields(fields: readonly string[]): CompactFields {
  if (!isOf(last, fields)) last = kindOf(fields);
  return { common: last.common, own: fieldsAt(last.ownAt, fields) };
}

/** Names and values in turn. Their order is that of the request only among fields of the same name. */
export function expandFields({ common, own }: CompactFields): readonly string[] {
  return [common, own].flatMap((text) => (text === '' ? [] : text.split('\n')));
}

function kindOf(fields: readonly string[]): Kind {
  const ownAt: number[] = [];
  const common: string[] = [];
  const known = fields.slice();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [name, value] = [fields[at] ?? '', fields[at + 1] ?? ''];
    if (ownNames.has(name.toLowerCase())) {
      ownAt.push(at);
      known[at + 1] = '';
    } else {
      common.push(name, value);
    }
  }
  return { fields: known, ownAt, common: shared(common.join('\n')) };
}

/** One flat text: a template would keep its parts. */
function fieldsAt(places: readonly number[], fields: readonly string[]): string {
  const found: Array<string | undefined> = [];
  for (const at of places) found.push(fields[at], fields[at + 1]);
  return found.join('\n');
}

function isOf(kind: Kind, fields: readonly string[]): boolean {
  if (kind.fields.length !== fields.length) return false;
  let own = 0;
  for (let at = 0; at < fields.length; at += 2) {
    if (fields[at] !== kind.fields[at]) return false;
    if (kind.ownAt[own] === at) own++;
    else if (fields[at + 1] !== kind.fields[at + 1]) return false;
  }
  return true;
}

function shared(text: string): string {
  const same = known.get(text);
  if (same !== undefined || text.length > longestKnown) return same ?? text;
  if (known.size >= mostKnown) known.clear();
  known.set(text, text);
  return text;
}
