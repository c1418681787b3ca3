// Packages that are installed under target/tools, not beside this file.
import { createRequire } from 'node:module';

export const need = createRequire(new URL('../../target/tools/package.json', import.meta.url));
