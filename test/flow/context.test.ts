import { afterEach, describe, expect, test } from 'vitest';
import { type Context, currentContext, enter, type Flow, Owner, Work } from '../../src/flow/context.ts';

/** A flow that only counts, and is its own context, as a channel's is. */
class CountedFlow implements Flow {
  messages = 0;
  bytes = 0;
  work: Work | undefined;
  delivers = false;

  get flow(): this {
    return this;
  }

  began(bytes: number): void {
    this.messages++;
    this.bytes += bytes;
  }

  ended(bytes: number): void {
    this.messages--;
    this.bytes -= bytes;
  }

  /** Lets code run as if it were caused by a message. */
  deliver<T>(code: () => T): T {
    this.work = new Work(this, 1);
    return within(this, code);
  }
}

function within<T>(context: Context | undefined, code: () => T): T {
  const former = enter(context);
  const result = code();
  enter(former);
  return result;
}

afterEach(() => {
  enter(undefined);
});

describe('the context', () => {
  test('is nobody at first, and what was entered last', () => {
    const [one, other] = [new CountedFlow(), new CountedFlow()];
    expect(currentContext()).toBeUndefined();
    expect(enter(one)).toBeUndefined();
    expect(enter(other)).toBe(one);
    expect(currentContext()).toBe(other);
    expect(enter(undefined)).toBe(other);
    expect(currentContext()).toBeUndefined();
  });

  test('does not last into a microtask of code that put it back', async () => {
    let seen: Context | undefined = new CountedFlow();
    const later = within(new CountedFlow(), () => Promise.resolve().then(() => (seen = currentContext())));
    await later;
    expect(seen).toBeUndefined();
  });
});

describe('work', () => {
  test('counts its message once, from the first hold to the end of the last', () => {
    const flow = new CountedFlow();
    const work = new Work(flow, 7);
    expect([flow.messages, flow.bytes]).toEqual([0, 0]);
    work.begin();
    work.begin();
    expect([flow.messages, flow.bytes]).toEqual([1, 7]);
    work.end();
    expect([flow.messages, flow.bytes]).toEqual([1, 7]);
    work.end();
    expect([flow.messages, flow.bytes]).toEqual([0, 0]);
  });

  test('may begin anew: a message can come back into work', () => {
    const flow = new CountedFlow();
    const work = new Work(flow, 7);
    for (let i = 0; i < 3; i++) {
      work.begin();
      expect(flow.messages).toBe(1);
      work.end();
      expect(flow.messages).toBe(0);
    }
  });

  test('is the context of what it causes, and counts as a delivery', () => {
    const flow = new CountedFlow();
    const work = new Work(flow, 0);
    expect(work).toMatchObject({ flow, delivers: true });
    expect(work.work).toBe(work);
  });
});

describe('an owner', () => {
  test('counts the messages of the channel in whose handler it was made', () => {
    const flow = new CountedFlow();
    const owner = within(flow, () => new Owner());
    flow.deliver(() => {
      expect(owner.work).toBe(flow.work);
      expect(owner.context).toBe(flow);
    });
    expect(owner.work).toBeUndefined();
    expect(owner.context).toBe(flow);
  });

  test('does not count those of another, and works in the context of its own channel meanwhile', () => {
    const [own, other] = [new CountedFlow(), new CountedFlow()];
    const owner = within(own, () => new Owner());
    other.deliver(() => {
      expect(owner.work).toBeUndefined();
      expect(owner.context).toBe(own);
    });
  });

  test('made outside of any handler counts those of any channel', () => {
    const [one, other] = [new CountedFlow(), new CountedFlow()];
    const owner = new Owner();
    for (const flow of [one, other]) {
      flow.deliver(() => {
        expect(owner.work).toBe(flow.work);
        expect(owner.context).toBe(flow);
      });
    }
    expect([owner.work, owner.context, owner.contextOf(undefined)]).toEqual([undefined, undefined, undefined]);
  });

  test('counts what an operator before it emits later, in the context of the work', () => {
    const flow = new CountedFlow();
    const owner = within(flow, () => new Owner());
    const work = new Work(flow, 1);
    within(work, () => {
      expect(owner.work).toBe(work);
      expect(owner.context).toBe(work);
    });
    expect(owner.contextOf(work)).toBe(work);
    expect(owner.contextOf(undefined)).toBe(flow);
  });
});
