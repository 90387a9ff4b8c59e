-- Does the measure raise incomes? Those who completed it against those who did not.
SELECT completed, COUNT(*) AS people, COUNT(income_after) AS known,
       AVG(income_after - income_before) AS mean_gain,
       STDDEV_SAMP(income_after - income_before) AS spread
FROM measures
GROUP BY completed
ORDER BY completed;

-- Regions where the gain is largest; groups of fewer than 30 people are not shown.
SELECT region, SUM(income_after - income_before) / COUNT(income_after) AS mean_gain
FROM measures
WHERE completed
GROUP BY region
HAVING COUNT(*) >= 30
ORDER BY mean_gain DESC
LIMIT 2;

-- Younger people, by sector and year; the date of birth is used and never shown.
SELECT sector, EXTRACT(year FROM started) AS year, COUNT(*) AS people, MAX(income_before) AS highest_before
FROM measures
WHERE born >= DATE '1990-01-01'
GROUP BY sector, year
ORDER BY sector, year;
