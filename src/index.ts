export { around } from './channel/around.ts';
export type { Channel, Pressure, ServerChannel } from './channel/channel.ts';
export type { ChannelEvent, DropReason, ErrorReport, InvalidProblem, RefusalReason } from './channel/events.ts';
export { type Handler, type HandlerResult, handler, type OperatorHandler, type Stream } from './channel/handler.ts';
export type { HeartbeatSettings, InvalidSetting } from './channel/settings.ts';
export { binary } from './codec/binary.ts';
export { type Codec, InvalidMessage, type Issue } from './codec/codec.ts';
export { json } from './codec/json.ts';
export { raw } from './codec/raw.ts';
export { text } from './codec/text.ts';
export type { UpgradableServer } from './edge/attach.ts';
export type { Listening } from './edge/listen.ts';
export { type App, sluice } from './edge/sluice.ts';
export {
  closeSlow,
  coalesceBy,
  dropNewest,
  dropOldest,
  latest,
  type Overflow,
  type OverflowAnswer,
  type OverflowState,
  unbounded,
} from './flow/overflow.ts';
export { type Close, type ClosedBy, CloseError, type CloseRecord, closeName } from './protocol/close.ts';
export type { Cookies, CookieToSet } from './protocol/cookie.ts';
export { type ErrorCode, errorCodes, SluiceError } from './protocol/errors.ts';
export type { HeaderFields } from './protocol/header.ts';
export { type AnyOrigin, anyOrigin, type Origins } from './protocol/origin.ts';
export type { PathParams } from './protocol/path.ts';
export type { Payload } from './protocol/payload.ts';
export type { UpgradeRequest } from './protocol/request.ts';
export { type Acceptance, type Accepted, accept, type Rejected, reject } from './protocol/verdict.ts';
export type { AppState } from './server/app.ts';
export { allOf, type Guard, type Verdict } from './server/guard.ts';
export type { AppOptions, CommonOptions, DeflateOptions, RouteOptions, TrustProxy } from './server/options.ts';
export { type Route, type RouteWith, route, routeWith } from './server/route.ts';
export type { ShutdownOptions } from './server/shutdown.ts';
