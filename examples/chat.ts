import { finalize, map, Subject, startWith } from 'rxjs';
import { type Handler, json, route } from 'sluice';
import { split, through } from 'sluice/operators';
import { z } from 'zod';

/** What a member sends. */
const Say = z.discriminatedUnion('type', [z.object({ type: z.literal('say'), text: z.string().min(1).max(2_000) })]);

/** What everybody in the room sees. */
const Said = z.discriminatedUnion('type', [
  z.object({ type: z.literal('said'), name: z.string(), text: z.string() }),
  z.object({ type: z.literal('joined'), name: z.string() }),
  z.object({ type: z.literal('left'), name: z.string() }),
]);

export type Say = z.infer<typeof Say>;
export type Said = z.infer<typeof Said>;

/** A room is a plain Subject. It is there while somebody is in it. */
const rooms = new Map<string, Subject<Said>>();

/** A chat room in typed JSON: everybody sees who says what, who joins and who leaves. */
export const chat: Handler<Say, Said, '/chat/:room'> = ({ in$, params, request }) => {
  const name = request.query.get('name') || 'anonymous';
  const room = rooms.get(params.room) ?? new Subject<Said>();
  rooms.set(params.room, room);
  return in$.pipe(
    // One line for each type of message that members can send.
    split('type', {
      say: (say$) => say$.pipe(map(({ text }): Said => ({ type: 'said', name, text }))),
    }),
    startWith<Said>({ type: 'joined', name }),
    through(room),
    // Runs however the channel ends, when this member is no longer subscribed to the room.
    finalize(() => {
      room.next({ type: 'left', name });
      if (!room.observed) rooms.delete(params.room);
    }),
  );
};

export const chatRoute = route('/chat/:room', { codec: json({ in: Say, out: Said }) }, chat);
