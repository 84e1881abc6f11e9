namespace HybridStore.Benchmarks.Query;

/// <summary>What tick databases are asked all day, after the questions of STAC-M3 and of KX's TAQ benchmark, in our own words.</summary>
/// <remarks>In the real quotes each row carries one side, so that both sides at a time have to be carried forward.</remarks>
internal static class WorkloadSql
{
    private const string Filled =
        """
        moments AS (SELECT symbol, date, timestamp AS time, max(bid_price) AS bid, min(ask_price) AS ask FROM quotes WHERE symbol = 'IBM' AND date = '2013-10-08' GROUP BY ALL),
        filled AS (SELECT symbol, date, time, last_value(bid IGNORE NULLS) OVER past AS bid, last_value(ask IGNORE NULLS) OVER past AS ask
            FROM moments WINDOW past AS (PARTITION BY symbol, date ORDER BY time))
        """;

    /// <summary>Of the real ticks.</summary>
    internal static IReadOnlyList<WorkloadQuery> Ticks { get; } =
    [
        new("quotes of five minutes", "SELECT timestamp, exchange, bid_price, ask_price FROM quotes WHERE symbol = 'IBM' AND date = '2013-10-08' AND timestamp BETWEEN '2013-10-08 10:00:00' AND '2013-10-08 10:05:00' ORDER BY ALL"),
        new("quotes of five minutes, by time only", "SELECT symbol, count(*), max(bid_price), min(ask_price) FROM quotes WHERE timestamp >= '2013-10-09 15:00:00' AND timestamp < '2013-10-09 15:05:00' GROUP BY ALL ORDER BY ALL"),
        new("large trades", "SELECT symbol, date, count(*), sum(size) FROM trades WHERE size >= 10000 GROUP BY ALL ORDER BY ALL"),
        new("mid and spread by minute", $"WITH {Filled} SELECT time_bucket(INTERVAL 1 MINUTE, time) AS minute, avg((bid + ask) / 2), avg(ask - bid) FROM filled WHERE ask > bid GROUP BY ALL ORDER BY ALL"),
        new("high bid of a day", "SELECT max(bid_price) FROM quotes WHERE symbol = 'AIG' AND date = '2013-10-10'"),
        new("high bid of the week, by symbol", "SELECT symbol, max(bid_price) FROM quotes GROUP BY ALL ORDER BY ALL"),
        new("volume-weighted average bid", "SELECT symbol, date, sum(bid_price * bid_size) / sum(bid_size) FROM quotes WHERE bid_price > 0 GROUP BY ALL ORDER BY ALL"),
        new("volume-weighted average price", "SELECT symbol, date, sum(price * size) / sum(size) FROM trades GROUP BY ALL ORDER BY ALL"),
        new("bars of five minutes", "SELECT symbol, time_bucket(INTERVAL 5 MINUTE, timestamp) AS bar, first(price ORDER BY timestamp, price, size), max(price), min(price), last(price ORDER BY timestamp, price, size), sum(size) FROM trades GROUP BY ALL ORDER BY ALL"),
        new("best bid and offer over venues, each second", """
            WITH venues AS (SELECT time_bucket(INTERVAL 1 SECOND, timestamp) AS second, exchange, max(bid_price) AS bid, min(ask_price) AS ask FROM quotes
                WHERE symbol = 'BAC' AND date = '2013-10-09' GROUP BY ALL)
            SELECT second, max(bid), min(ask) FROM venues GROUP BY ALL ORDER BY ALL
            """),
        new("snapshot of three symbols", """
            SELECT q.symbol, bid, ask, price FROM
                (SELECT symbol, arg_max(bid_price, (timestamp, bid_price)) AS bid, arg_max(ask_price, (timestamp, ask_price)) AS ask FROM quotes WHERE date = '2013-10-09' AND timestamp <= '2013-10-09 14:30:00' GROUP BY ALL) q
                JOIN (SELECT symbol, arg_max(price, (timestamp, price)) AS price FROM trades WHERE date = '2013-10-09' AND timestamp <= '2013-10-09 14:30:00' GROUP BY ALL) t USING (symbol) ORDER BY ALL
            """),
        new("theoretical P&L over half hours", """
            WITH marks AS (SELECT symbol, date, time_bucket(INTERVAL 30 MINUTE, timestamp) AS bucket, last(price ORDER BY timestamp, price, size) AS price FROM trades GROUP BY ALL)
            SELECT symbol, sum(gain), count(*) FROM (SELECT symbol, lead(price) OVER (PARTITION BY symbol, date ORDER BY bucket) - price AS gain FROM marks) WHERE gain IS NOT NULL GROUP BY ALL ORDER BY ALL
            """),
        new("rolling average and deviation", """
            WITH minutes AS (SELECT symbol, date, time_bucket(INTERVAL 1 MINUTE, timestamp) AS minute, avg(price) AS price FROM trades GROUP BY ALL)
            SELECT symbol, minute, avg(price) OVER past, stddev_pop(price) OVER past FROM minutes WINDOW past AS (PARTITION BY symbol, date ORDER BY minute ROWS 20 PRECEDING) ORDER BY ALL
            """),
        new("pivot with forward fill", """
            WITH minutes AS (SELECT time_bucket(INTERVAL 1 MINUTE, timestamp) AS minute, max(price) FILTER (symbol = 'AIG') AS aig, max(price) FILTER (symbol = 'BAC') AS bac, max(price) FILTER (symbol = 'IBM') AS ibm
                FROM trades WHERE date BETWEEN '2013-10-07' AND '2013-10-09' GROUP BY ALL)
            SELECT minute, last_value(aig IGNORE NULLS) OVER past, last_value(bac IGNORE NULLS) OVER past, last_value(ibm IGNORE NULLS) OVER past FROM minutes WINDOW past AS (ORDER BY minute) ORDER BY ALL
            """),
        new("time-weighted spread", $"WITH {Filled}, held AS (SELECT ask - bid AS spread, epoch_us(lead(time) OVER (ORDER BY time)) - epoch_us(time) AS us, time FROM filled WHERE ask > bid) SELECT time_bucket(INTERVAL 1 HOUR, time) AS hour, round(sum(spread * us) / sum(us), 6) FROM held WHERE us > 0 GROUP BY ALL ORDER BY ALL"),
        new("volume curves", """
            WITH buckets AS (SELECT symbol, date, time_bucket(INTERVAL 30 MINUTE, timestamp)::TIME AS bucket, sum(size) AS volume FROM trades GROUP BY ALL)
            SELECT symbol, bucket, avg(share) FROM (SELECT symbol, bucket, volume / sum(volume) OVER (PARTITION BY symbol, date) AS share FROM buckets) GROUP BY ALL ORDER BY ALL
            """),
        new("runs at the top of the book", """
            WITH tops AS (SELECT symbol, date, timestamp, max(bid_price) AS bid FROM quotes WHERE bid_price > 0 AND symbol = 'AIG' GROUP BY ALL),
            changes AS (SELECT symbol, date, (bid IS DISTINCT FROM lag(bid) OVER (PARTITION BY symbol, date ORDER BY timestamp))::INT AS is_new FROM tops)
            SELECT symbol, date, sum(is_new), count(*) / sum(is_new) FROM changes GROUP BY ALL ORDER BY ALL
            """),
        new("trades with the bid before them, within ten seconds", """
            WITH bids AS (SELECT symbol, timestamp, max(bid_price) AS bid FROM quotes WHERE symbol = 'IBM' AND bid_price > 0 GROUP BY ALL)
            SELECT count(*), count(b.bid), round(sum(t.price - b.bid), 4) FROM trades t ASOF LEFT JOIN bids b ON t.symbol = b.symbol AND t.timestamp >= b.timestamp
            WHERE t.symbol = 'IBM' AND (b.timestamp IS NULL OR t.timestamp - b.timestamp <= INTERVAL 10 SECOND)
            """),
        new("statistics over all symbols", "SELECT symbol, count(*), avg(price), stddev_pop(price), min(price), max(price), quantile_disc(price, 0.5), sum(size) FROM trades GROUP BY ALL ORDER BY ALL"),
        new("quotes by venue", "SELECT exchange, count(*), avg(bid_size), avg(ask_size) FROM quotes GROUP BY ALL ORDER BY ALL"),
    ];

    /// <summary>Of the seeded output of 1,000 generators.</summary>
    internal static IReadOnlyList<WorkloadQuery> Generators { get; } =
    [
        new("a generator by day", "SELECT date, avg(mw), max(mw) FROM gens WHERE symbol = 'GEN0500' GROUP BY ALL ORDER BY ALL"),
        new("a generator's hour", "SELECT settlementdate, mw, price FROM gens WHERE symbol = 'GEN0042' AND settlementdate BETWEEN '2024-11-15 12:00:00' AND '2024-11-15 13:00:00' ORDER BY ALL"),
        new("the fleet on a day, each interval", "SELECT settlementdate, sum(mw), avg(price) FROM gens WHERE date = '2024-11-20' GROUP BY ALL ORDER BY ALL"),
        new("most energy in the month", "SELECT symbol, sum(mw) / 12 AS mwh FROM gens GROUP BY ALL ORDER BY round(mwh, 6) DESC, symbol LIMIT 10"),
        new("revenue by day", "SELECT date, sum(mw * price) / 12 FROM gens GROUP BY ALL ORDER BY ALL"),
        new("rolling hour of a generator", "SELECT settlementdate, avg(mw) OVER (ORDER BY settlementdate ROWS 11 PRECEDING) FROM gens WHERE symbol = 'GEN0007' ORDER BY ALL"),
        new("snapshot of all generators", "SELECT symbol, arg_max(mw, settlementdate) FROM gens WHERE date = '2024-11-10' AND settlementdate <= '2024-11-10 18:00:00' GROUP BY ALL ORDER BY ALL"),
        new("five generators by hour", "SELECT time_bucket(INTERVAL 1 HOUR, settlementdate) AS hour, symbol, avg(mw) FROM gens WHERE symbol IN ('GEN0001', 'GEN0100', 'GEN0200', 'GEN0300', 'GEN0999') GROUP BY ALL ORDER BY ALL"),
        new("statistics over all generators", "SELECT status, count(*), avg(mw), stddev_pop(mw), min(price), max(price) FROM gens GROUP BY ALL ORDER BY ALL"),
    ];
}
