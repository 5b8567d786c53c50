import fc from 'fast-check';

/** Any text that JavaScript can hold: ASCII, two and three byte characters, emoji, lone surrogates. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom('x', 'é', '€', '👋', '👩‍👩‍👧', '\ud800', '\udbff', '\udc00', '\udfff', '\ufeff', '\u0000'),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));
