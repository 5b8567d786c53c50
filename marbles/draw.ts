import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { filesThatAreThere, generatedFiles, pathOf } from './gallery.ts';

/* `npm run marbles:draw`: writes the pictures of all scenarios and the gallery of README.md. */

const files = generatedFiles();
const before = filesThatAreThere();
const leftOver = [...before.keys()].filter((path) => !files.has(path));
const changed = [...files].filter(([path, content]) => before.get(path) !== content);

mkdirSync(pathOf('img'), { recursive: true });
for (const path of leftOver) rmSync(pathOf(path));
for (const [path, content] of changed) writeFileSync(pathOf(path), content);
console.log(`${files.size - 1} pictures: ${changed.length} files written, ${leftOver.length} removed.`);
