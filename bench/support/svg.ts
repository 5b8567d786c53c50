/** It brings its own background, because a page may be dark where the system is light. */
export const STYLE = `
    svg { color-scheme: light dark; font: 14px system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif }
    .paper { fill: #ffffff; stroke: #d1d9e0 }
    .title { fill: #1f2328; font-size: 17px; font-weight: 600 }
    .axis, .note { fill: #59636e }
    .axis { font-size: 13px; font-variant-numeric: tabular-nums }
    .label { font-size: 15px; font-weight: 600 }
    .grid { stroke: #d1d9e0; stroke-opacity: 0.7 }
    .base { stroke: #818b98 }
    .line { fill: none; stroke: currentColor; stroke-width: 2.75; stroke-linejoin: round; stroke-linecap: round }
    .area { fill: currentColor; fill-opacity: 0.1 }
    .end, .label { fill: currentColor }
    .label, .note { stroke: #ffffff; stroke-width: 5px; stroke-linejoin: round; paint-order: stroke }
    .warm { color: #bc4c00 }
    .cool { color: #0969da }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #0d1117; stroke: #3d444d }
      .title { fill: #f0f6fc }
      .axis, .note { fill: #9198a1 }
      .grid { stroke: #3d444d }
      .base { stroke: #656c76 }
      .area { fill-opacity: 0.16 }
      .label, .note { stroke: #0d1117 }
      .warm { color: #f0883e }
      .cool { color: #58a6ff }
    }`;

export const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
