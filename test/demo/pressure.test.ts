import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../examples/demo/app.ts';
import { demoTab } from './demo-page.ts';

let demo: Demo;

beforeAll(async () => {
  demo = await startDemo(0);
});
afterAll(() => demo.close());

/** Filling the buffers of the operating system takes a while, and so do a thousand messages. */
const patience = { timeout: 12_000 };

describe('the pressure part of the demo page in Chromium', () => {
  const tab = demoTab(() => demo.url);

  const panel = (name: string) => tab.page.getByRole('form', { name });
  const fact = (panelName: string, name: string) => panel(panelName).locator(`[data-fact=${name}]:not(meter)`);
  const textOf = (panelName: string, name: string) => fact(panelName, name).textContent();
  const gauge = async (panelName: string, name: string) =>
    Number(await panel(panelName).getByRole('meter', { name }).getAttribute('value'));
  const says = (panelName: string, name: string, text: RegExp) =>
    expect.poll(() => textOf(panelName, name), patience).toMatch(text);
  const event = (panelName: string, text: string) =>
    panel(panelName).locator('.events > li', { hasText: text }).first().waitFor(patience);

  /** Keeps the greatest value that a gauge has shown. */
  const watchGreatest = (id: string) =>
    tab.page.evaluate(`(() => {
      const gauge = document.getElementById('${id}');
      const look = () => {
        gauge.dataset.greatest = Math.max(Number(gauge.dataset.greatest ?? 0), gauge.value);
        requestAnimationFrame(look);
      };
      look();
    })()`);
  const greatest = async (id: string) => Number(await tab.page.locator(`#${id}`).getAttribute('data-greatest'));

  test('shows how a flood is held back, and that nothing of it is lost', async () => {
    await watchGreatest('in-work');
    await watchGreatest('in-browser');
    await panel('Slow handler').getByRole('button').click();
    await event('Slow handler', 'paused');
    await says('Slow handler', 'paused', /^paused$/);
    expect(await gauge('Slow handler', 'In work')).toBeGreaterThan(0);
    await tab.page.getByText('All are answered.').waitFor(patience);
    await says('Slow handler', 'answered', /^1,000$/);
    await says('Slow handler', 'paused', /^reading$/);
    await says('Slow handler', 'inWork', /^0$/);
    expect(await gauge('Slow handler', 'In work')).toBe(0);
    expect(await gauge('Slow handler', 'Answered')).toBe(1_000);
    expect(await textOf('Slow handler', 'dropped')).toBe('0');
    expect(await greatest('in-work')).toBeGreaterThan(16);
    expect(await greatest('in-work')).toBeLessThanOrEqual(64);
    expect(await greatest('in-browser')).toBeGreaterThan(1_000_000);
  });

  const choose = (source: string) => panel('Slow reader').getByRole('radio', { name: source }).press('Space');
  const press = (name: string) => panel('Slow reader').getByRole('button', { name }).click();
  const numberOf = async (name: string) => Number((await textOf('Slow reader', name))?.replace(/,/g, ''));

  test('shows that a generator waits for a peer that does not read, and goes on when it reads', async () => {
    await press('Start');
    await says('Slow reader', 'saturated', /^yes$/);
    expect(await gauge('Slow reader', 'Unsent')).toBeGreaterThanOrEqual(65_536);
    await event('Slow reader', 'saturated');
    const sent = await numberOf('sent');
    expect(await textOf('Slow reader', 'readBytes')).toBe('0 B');
    await tab.page.getByRole('slider', { name: 'Reads' }).fill('8');
    await tab.page.getByText('8 MiB a second').waitFor();
    await expect.poll(() => numberOf('sent'), patience).toBeGreaterThan(sent);
    await says('Slow reader', 'readBytes', /MiB$/);
    expect(await textOf('Slow reader', 'dropped')).toBe('0');
    await press('Stop');
    await event('Slow reader', '1006, by transport');
    await says('Slow reader', 'saturated', /^no$/);
    expect(await gauge('Slow reader', 'Unsent')).toBe(0);
  });

  test('shows that prices which nobody reads are dropped, but for the newest', async () => {
    await choose('/prices Cannot wait: the newest');
    await press('Start');
    await says('Slow reader', 'dropped', /^[1-9],\d{3}$/);
    expect(await textOf('Slow reader', 'saturated')).toBe('yes');
    expect(await gauge('Slow reader', 'Unsent')).toBeLessThan(131_072);
    await press('Stop');
    await panel('Slow reader').getByRole('button', { name: 'Start' }).waitFor();
  });

  test('shows that a channel without a policy of its own is closed with 1013', async () => {
    await choose('/prices/all');
    await press('Start');
    await event('Slow reader', '1013 too slow, by overflow');
    await panel('Slow reader').getByRole('button', { name: 'Start' }).waitFor();
  });

  test('says that the server does not answer', async () => {
    const other = await startDemo(0);
    await tab.page.goto(other.url);
    await other.close();
    await panel('Slow handler').getByRole('button').click();
    await panel('Slow handler').getByText('The server does not answer.').waitFor();
    await press('Start');
    await panel('Slow reader').getByText('The server does not answer.').waitFor();
    await panel('Slow reader').getByRole('button', { name: 'Start' }).waitFor();
    // What remains are the words of the browser about it.
    tab.problems = tab.problems.filter((problem) => !problem.startsWith('WebSocket connection to'));
  });
});
