// A jest transform that is Node's own type stripping: lines and columns stay those of the source, so no
// source map is needed and the tests run exactly what `node src/main-cli.ts` runs. Needs
// "erasableSyntaxOnly".
import { createHash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';

export default {
  process: (text) => ({ code: stripTypeScriptTypes(text, { mode: 'strip' }) }),
  getCacheKey: (text, file, options) =>
    createHash('sha256')
      .update([process.version, file, text, options.configString, options.instrument].join('\0'))
      .digest('hex'),
};
