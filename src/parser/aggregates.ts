/**
 * Names of aggregates of one operand, lower case. Which of them are supported is the planner's
 * business; here the name only decides that DISTINCT and FILTER may follow.
 */
export const AGGREGATES = new Set(
  `sum count avg mean min max var_pop var_samp variance stddev_pop stddev_samp stddev bool_and
  bool_or every any_value median mode product first last arbitrary bit_and bit_or bit_xor fsum
  kahan_sum sumkahan favg entropy kurtosis kurtosis_pop skewness sem mad approx_count_distinct
  geomean geometric_mean list array_agg string_agg group_concat listagg histogram quantile
  quantile_cont quantile_disc`.split(/\s+/),
);

/** Those that take more arguments; a call with several is left to the planner. */
const MORE = /^(list|array_agg|string_agg|group_concat|listagg|histogram|quantile\w*)$/;

/** True if a call of the function with one argument, whatever its letter case, is an aggregate. */
export function isAggregate(name: string): boolean {
  return AGGREGATES.has(name.toLowerCase());
}

/** True if an aggregate takes exactly one argument. */
export function takesOne(name: string): boolean {
  return isAggregate(name) && !MORE.test(name.toLowerCase());
}
