import type { Scenario } from '../marble/scenario.ts';

/** Writes itself what belongs to the handshake. */
const ofTheClient = /^(connection|upgrade|sec-websocket-.*)$/i;

/** Why a scenario cannot run over a real socket; `undefined` if it can. */
export function whyNotOnWire({ settings }: Scenario): string | undefined {
  const isWritten = Object.keys(settings.headers).some((name) => ofTheClient.test(name));
  return isWritten ? 'a WebSocket client writes such headers itself' : undefined;
}
