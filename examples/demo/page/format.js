// How the page writes numbers and times.

export const thousands = (/** @type {number} */ number) => number.toLocaleString('en');

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 10_000) return `${thousands(bytes)} B`;
  return bytes < 1_048_576 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

export const clock = (/** @type {Date} */ time) =>
  `${time.toTimeString().slice(0, 8)}.${String(time.getMilliseconds()).padStart(3, '0')}`;
