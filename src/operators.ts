export { type BranchOutput, split } from './operators/split.ts';
export { through } from './operators/through.ts';
