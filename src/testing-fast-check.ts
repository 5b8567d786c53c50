export { anyLane } from './adapters/fast-check.ts';
