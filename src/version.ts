/** The version of keyturn, for a bundle that has no package.json beside it. A test holds the two together. */
export const version = '0.1.0';
