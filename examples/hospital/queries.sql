-- Which diagnoses bring patients back, over both hospitals? Small groups are not shown.
SELECT diagnosis,
       COUNT(*) AS stays,
       ROUND(100.0 * COUNT(*) FILTER (WHERE readmitted) / COUNT(readmitted), 1) AS readmitted_percent,
       AVG(days) AS mean_days
FROM stays
GROUP BY diagnosis
HAVING COUNT(*) >= 20
ORDER BY readmitted_percent DESC, diagnosis;

-- Long stays by age band.
SELECT CASE WHEN age < 40 THEN 'under 40' WHEN age < 65 THEN '40 to 64' ELSE '65 and over' END AS band,
       COUNT(*) FILTER (WHERE days > 14) AS long_stays,
       MAX(days) AS longest,
       COUNT(*) - COUNT(days) AS still_there
FROM stays
GROUP BY band
ORDER BY band;

-- The dearest quarter, and how much the months differ within the year.
SELECT MAX(total) AS dearest_month, MIN(total) AS cheapest_month, AVG(total) AS mean_month
FROM (SELECT EXTRACT(month FROM admitted) AS month, SUM(cost) AS total FROM stays GROUP BY 1) AS months;
