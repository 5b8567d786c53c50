import type { CompiledRoute } from './compile.ts';

/** A route that was found, with the parameters of the path. */
export interface Found {
  readonly route: CompiledRoute;
  readonly params: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * Finds the first route for a URL's path; what follows a `?` does not count. A percent escape that cannot be decoded
 * answers `malformed`.
 */
export function findRoute(routes: readonly CompiledRoute[], url: string): Found | 'malformed' | undefined {
  const path = pathOf(url);
  for (const route of routes) {
    try {
      const params = route.path.match(path);
      if (params !== undefined) return { route, params };
    } catch {
      return 'malformed';
    }
  }
  return undefined;
}

/** Whether all percent escapes of a URL's path stand for UTF-8. */
export function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(pathOf(url));
    return true;
  } catch {
    return false;
  }
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
