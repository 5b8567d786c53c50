export { record } from './edge/record.ts';
export { type RecordedEvent, readRecording } from './marble/recording.ts';
export { type RecordingOptions, recordingToMarble } from './marble/recording-scenario.ts';
export type { RecordOptions } from './marble/recording-tape.ts';
