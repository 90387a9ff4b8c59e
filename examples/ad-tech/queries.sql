-- Return on spend per campaign, over both publishers.
SELECT campaign, COUNT(*) AS views, SUM(cost) AS spent, COALESCE(SUM(value), 0) AS earned,
       SUM(value) / SUM(cost) AS return_on_spend
FROM impressions
GROUP BY campaign
ORDER BY return_on_spend DESC;

-- Cost of a thousand views that were seen for two seconds, by device and month.
SELECT device, EXTRACT(month FROM shown_on) AS month,
       1000 * AVG(cost) AS cost_per_thousand
FROM impressions
WHERE seconds >= 2
GROUP BY device, month
ORDER BY device, month;

-- The two devices that convert best.
SELECT device, ROUND(100.0 * COUNT(*) FILTER (WHERE converted) / COUNT(*), 3) AS converted_percent
FROM impressions
GROUP BY device
ORDER BY converted_percent DESC
LIMIT 2;

-- What did people buy within a week of a view, by campaign? Neither publishers nor the shop show whom they know.
SELECT campaign, COUNT(*) AS sales, SUM(amount) AS revenue
FROM sales JOIN (SELECT DISTINCT user_hash, campaign, shown_on FROM impressions) views USING (user_hash)
WHERE sold_on BETWEEN shown_on AND shown_on + 7
GROUP BY campaign
ORDER BY revenue DESC;

-- How many people saw advertisements on both kinds of screens?
SELECT COUNT(*) AS people
FROM (SELECT user_hash FROM impressions WHERE device = 'tv'
      INTERSECT
      SELECT user_hash FROM impressions WHERE device = 'phone');
