import { drawChart } from '../support/chart.ts';
import type { MemoryCurve } from '../support/watched-server.ts';
import { MIB } from './row.ts';

/** Draws what was resident during the flood of 1 KiB messages, plain against paced. */
export function drawMemory(plain: MemoryCurve, paced: MemoryCurve, seconds: number): string {
  const points = ({ samples }: MemoryCurve): Array<[x: number, y: number]> =>
    samples
      .filter(({ time }) => time <= seconds * 1000)
      .map(({ time, resident }) => [round(time / 1000), round(resident / MIB)]);
  const [plainPoints, pacedPoints] = [points(plain), points(paced)];
  const [plainEnd, plainMost] = plainPoints.at(-1) ?? [0, 0];
  const most = Math.round(plainMost).toLocaleString('en');
  const cut = [`${most} MiB after ${plainEnd.toFixed(1)} s,`, 'and was stopped there'];
  const stays = [`at most ${(paced.growth / MIB).toFixed(0)} MiB more, nothing lost`];
  return drawChart({
    title: 'A flood of 1 KiB messages at a handler that takes 1 ms for each',
    description:
      `Resident memory of the server in MiB over time in seconds. With concatMap of RxJS it is ${cut.join(' ')}. ` +
      `With pacedConcatMap it becomes ${stays.join(' ')}.`,
    xUnit: 's',
    yCaption: 'Resident memory of the server, MiB',
    lines: [
      { label: 'concatMap of RxJS', notes: cut, labelled: 'right', colour: 'warm', points: plainPoints },
      { label: 'pacedConcatMap', notes: stays, labelled: 'above', colour: 'cool', points: pacedPoints },
    ],
  });
}

const round = (value: number): number => Math.round(value * 10) / 10;
