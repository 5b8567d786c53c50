import type { Lane, LaneEvent, Scenario } from '../scenario.ts';
import { instantsOf } from './instants.ts';
import { valueText } from './label.ts';
import { cut, printable } from './text-width.ts';
import { timeLabel } from './time-label.ts';

/** A picture in words, for those who cannot see it: the prose, then what happens in each lane. */
export function describe({ prose, lanes }: Scenario): string {
  return printable([...prose.split('\n').filter((line) => line !== ''), ...lanes.map(describeLane)].join(' '));
}

/** Longer values are cut; they can be read in the file. */
const longest = 80;

function describeLane(lane: Lane): string {
  const happenings = instantsOf(lane).map(({ time, events }) => {
    const words = events.map((event) => inWords(event, lane.kind));
    return `${words.join(', ')} at ${timeLabel(time)}`;
  });
  return `${lane.name}: ${happenings.length === 0 ? 'nothing' : happenings.join('; ')}.`;
}

function inWords({ value }: LaneEvent, kind: Lane['kind']): string {
  switch (value.kind) {
    case 'text':
      return cut(/^\w+$/.test(value.text) ? value.text : JSON.stringify(value.text), longest);
    case 'end':
      return kind === 'in' ? 'closes' : 'completes';
    case 'lost':
      return 'connection lost';
    case 'connect':
      return 'connects';
    case 'subscribe':
      return 'subscribes';
    case 'unsubscribe':
      return 'unsubscribes';
    case 'stop':
      return 'stops reading';
    case 'resume':
      return 'reads again';
    case 'take':
      return `takes ${value.count}, then stops`;
    case 'waiting':
      return `${value.count} waiting`;
    case 'do':
      return `action ${value.action}`;
    default:
      return cut(valueText(value), longest);
  }
}
