/** UTF-16 units of one statement. */
export const MAX_LENGTH = 65_536;
/** Tokens of one statement. */
export const MAX_TOKENS = 8_192;
/** Parentheses and CASEs within each other. */
export const MAX_NESTING = 64;
/** Levels of the syntax tree; a chain of n operators of one kind has n levels. */
export const MAX_DEPTH = 512;
/** Parameters of one statement. */
export const MAX_PARAMETERS = 256;
