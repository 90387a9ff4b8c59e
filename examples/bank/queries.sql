-- How much cash moves just under the reporting threshold, by country, over both banks?
SELECT country, COUNT(*) AS deposits, SUM(amount) AS total
FROM transfers
WHERE channel = 'cash' AND amount BETWEEN 9000 AND 9999.99
GROUP BY country
HAVING COUNT(*) >= 5
ORDER BY total DESC;

-- What part of each channel's transfers is flagged, in percent?
SELECT channel, ROUND(100.0 * COUNT(*) FILTER (WHERE flagged) / COUNT(*), 2) AS flagged_percent
FROM transfers
GROUP BY channel
ORDER BY flagged_percent DESC, channel;

-- The three months with the largest spread of amounts.
SELECT EXTRACT(month FROM booked_on) AS month, AVG(amount) AS mean, STDDEV_SAMP(amount) AS spread
FROM transfers
GROUP BY month
ORDER BY spread DESC
LIMIT 3;

-- Accounts with three deposits under the threshold within thirty days, whichever bank took them. No account is shown.
SELECT COUNT(DISTINCT account) AS accounts, COUNT(*) AS times
FROM (
  SELECT account, booked_on - LAG(booked_on, 2) OVER (PARTITION BY account ORDER BY booked_on) AS days
  FROM transfers
  WHERE channel = 'cash' AND amount BETWEEN 9000 AND 9999.99)
WHERE days <= 30;

-- What has one account moved?
SELECT COUNT(*) AS transfers, MAX(amount) AS largest
FROM transfers
WHERE account = 'DE00000001';
