/** What people in advertising ask, in words and in SQL. */
export interface Question {
  readonly question: string;
  readonly sql: string;
}

export const QUESTIONS: readonly Question[] = [
  {
    question: 'What did each campaign get for its money, over both publishers?',
    sql: `
SELECT campaign, COUNT(*) AS views, SUM(cost) AS spent, AVG(seconds) AS seconds_per_view
FROM exposures
GROUP BY campaign`,
  },
  {
    question: 'On which devices do people click in November, if they look for at least 3 seconds?',
    sql: `
SELECT device, clicked, COUNT(*) AS views, AVG(seconds) AS seconds_per_view
FROM exposures
WHERE viewed_on BETWEEN DATE '2025-11-01' AND DATE '2025-11-30' AND seconds >= 3
GROUP BY device, clicked`,
  },
  {
    question: 'How much was spent on views of the two large campaigns that nobody really saw?',
    sql: `
SELECT COUNT(*) AS unseen_views, SUM(cost) AS spent_on_them, SUM(seconds * cost) AS cost_seconds
FROM exposures
WHERE campaign IN ('autumn coats', 'winter boots') AND seconds < 2 AND NOT clicked`,
  },
  {
    question: 'What do new and returning customers buy without a discount, and for how much?',
    sql: `
SELECT returning_customer, category, COUNT(*) AS sales, SUM(amount) AS revenue, AVG(amount) AS basket
FROM purchases
WHERE discount IS NULL AND (amount > 20 OR category = 'gifts')
GROUP BY returning_customer, category`,
  },
  {
    question:
      'Which campaign did customers see last, on the day that they bought or before, and what did they pay?',
    // A view is its day and its campaign in one text: the greatest up to a purchase is the last one.
    sql: `
SELECT COALESCE(SUBSTRING(last_view, 12), 'none') AS last_touch, COUNT(*) AS sales, SUM(amount) AS revenue
FROM (
  SELECT amount, MAX(view) OVER (PARTITION BY user_id ORDER BY day, amount IS NOT NULL
                                 ROWS UNBOUNDED PRECEDING) AS last_view
  FROM (
    SELECT user_id, viewed_on AS day, viewed_on || ' ' || campaign AS view, NULL AS amount FROM exposures
    UNION ALL
    SELECT user_id, bought_on, NULL, amount FROM purchases))
WHERE amount IS NOT NULL
GROUP BY last_touch
ORDER BY revenue DESC`,
  },
];
