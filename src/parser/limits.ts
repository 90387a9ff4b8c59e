/** UTF-16 units of one statement. */
export const MAX_LENGTH = 65_536;
/** Tokens of one statement. */
export const MAX_TOKENS = 8_192;
/** Parentheses within parentheses. */
export const MAX_NESTING = 64;
/** Levels of the syntax tree; a chain of n operators of one kind has n levels. */
export const MAX_DEPTH = 512;
