-- How punctual are deliveries to each plant, over all suppliers?
SELECT plant,
       COUNT(*) AS deliveries,
       COUNT(*) FILTER (WHERE delivered > promised + 2) AS late,
       MAX(delivered - promised) AS worst_delay_days,
       AVG(delivered - promised) AS mean_delay_days
FROM deliveries
GROUP BY plant
ORDER BY late DESC, plant;

-- What do defects cost, by part?
SELECT part, SUM(defective * unit_price) AS written_off, SUM(pieces * unit_price) AS bought,
       ROUND(1000000.0 * SUM(defective) / SUM(pieces), 0) AS defects_per_million
FROM deliveries
GROUP BY part
ORDER BY written_off DESC
LIMIT 4;

-- A market price per part, without anybody's price list.
WITH big AS (SELECT part, pieces, unit_price FROM deliveries WHERE pieces >= 100)
SELECT part, SUM(pieces * unit_price) / SUM(pieces) AS mean_price, MIN(unit_price) AS lowest
FROM big
GROUP BY part
ORDER BY part;
