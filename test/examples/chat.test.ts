import { type Observable, Subject } from 'rxjs';
import { sluice } from 'sluice';
import { describe, expect, test } from 'vitest';
import { chat, chatRoute, type Said, type Say } from '../../examples/chat.ts';
import { openWs } from '../support/ws-client.ts';

/** Enters a room without a server. */
function enter(room: string, query: string) {
  const in$ = new Subject<Say>();
  const seen: Said[] = [];
  const channel = { in$, params: { room }, request: { query: new URLSearchParams(query) } };
  const said$ = chat(channel as never) as Observable<Said>;
  const subscription = said$.subscribe((message) => seen.push(message));
  return { in$, seen, leave: () => subscription.unsubscribe() };
}

describe('the chat room as a function', () => {
  test('tells everybody in the room who joins, what is said and who leaves', () => {
    const ada = enter('lobby', 'name=ada');
    const bob = enter('lobby', 'name=bob');
    bob.in$.next({ type: 'say', text: 'hi' });
    bob.in$.complete();
    expect(ada.seen).toEqual([
      { type: 'joined', name: 'ada' },
      { type: 'joined', name: 'bob' },
      { type: 'said', name: 'bob', text: 'hi' },
      { type: 'left', name: 'bob' },
    ]);
    // Who has left is told nothing more.
    expect(bob.seen).toEqual(ada.seen.slice(1, 3));
    ada.leave();
  });

  test('keeps rooms apart, and begins anew when the last member has left', () => {
    const ada = enter('one', 'name=ada');
    const bob = enter('two', 'name=bob');
    expect(ada.seen).toEqual([{ type: 'joined', name: 'ada' }]);
    ada.leave();
    bob.leave();
    const carl = enter('one', '');
    expect(carl.seen).toEqual([{ type: 'joined', name: 'anonymous' }]);
    carl.leave();
  });
});

describe('the chat room over real connections', () => {
  test('passes messages on, and closes with 1008 on one that is none of them', async () => {
    const app = sluice([chatRoute]);
    const { port } = await app.listen(0, '127.0.0.1');
    const room = `ws://127.0.0.1:${port}/chat/lobby`;
    const ada = await openWs(`${room}?name=ada`);
    await ada.received(1);
    const bob = await openWs(`${room}?name=bob`);
    await ada.received(2);
    bob.ws.send(JSON.stringify({ type: 'say', text: 'hi' }));
    await ada.received(3);
    bob.ws.send(JSON.stringify({ type: 'shout', text: 'HI' }));
    expect(await bob.closed).toMatchObject({ code: 1008 });
    expect((await ada.received(4)).map((text) => JSON.parse(String(text)))).toEqual([
      { type: 'joined', name: 'ada' },
      { type: 'joined', name: 'bob' },
      { type: 'said', name: 'bob', text: 'hi' },
      { type: 'left', name: 'bob' },
    ]);
    await app.close();
  });
});
