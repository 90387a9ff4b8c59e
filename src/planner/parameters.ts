/** A literal: NULL, TRUE, a string, or a number as it would be written in SQL. */
export type ParameterValue = null | boolean | string | { readonly number: string };
