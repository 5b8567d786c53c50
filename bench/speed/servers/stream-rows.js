/** The messages of a stream, again and again, until there are enough or the client has: counted as they are made. */
export const streamRows = ({ texts, most = Number.POSITIVE_INFINITY }) => {
  let produced = 0;
  let finished = false;

  return {
    *rows() {
      for (produced = 0; produced < most && !finished; ) yield texts[produced++ % texts.length];
    },
    produced: () => produced,
    finish: () => {
      finished = true;
    },
  };
};
