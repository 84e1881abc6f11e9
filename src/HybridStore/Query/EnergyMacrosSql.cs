namespace HybridStore.Query;

/// <summary>The SQL of the functions for energy: settlement periods, days of 23 and 25 hours, energy from power.</summary>
internal static class EnergyMacrosSql
{
    internal static IReadOnlyList<QueryMacro> Macros() =>
    [
        new(
            "settlement_day(moment, zone := 'UTC', starts := '0 hours', at_end := false)",
            "The local day that an instant belongs to; starts: how long after midnight the market's day begins (AEMO: '4 hours'); at_end: the time is the end of what it stamps",
            "select settlement_day(timestamptz '2024-03-31 23:30:00+00', 'Europe/London')",
            $"({LocalTime} - starts::INTERVAL)::DATE",
            IsScalar: true),
        new(
            "settlement_period(moment, zone := 'UTC', every := '30 minutes', starts := '0 hours', at_end := false)",
            "The number of an instant's period in its local day, from 1: half hours in Great Britain 1 to 46, 48 or 50, hours 1 to 23, 24 or 25",
            "select settlement_period(timestamptz '2024-10-27 23:45:00+00', 'Europe/London') -- 50",
            $"""
            CASE WHEN epoch_us(every::INTERVAL) <= 0 THEN error('settlement_period: the period must be longer than 0')
                ELSE (1 + (epoch_us({Instant})
                        - epoch_us(hybrid_zone_start(zone, settlement_day(moment, zone, starts, at_end)::TIMESTAMP + starts::INTERVAL)))
                    // nullif(epoch_us(every::INTERVAL), 0))::BIGINT END
            """,
            IsScalar: true),
        new(
            "hour_ending(moment, zone := 'UTC', at_end := false)",
            "The hour ending of an instant in its local day: 1 from midnight on, up to 23, 24 or 25",
            "select hour_ending(timestamptz '2024-07-01 17:20:00+00', 'America/New_York') -- 14",
            "settlement_period(moment, zone, '1 hour', '0 hours', at_end)",
            IsScalar: true),
        new(
            "day_hours(day, zone := 'UTC')",
            "The hours of a local day: 23, 24 or 25",
            "select day_hours(date '2024-03-31', 'Europe/London') -- 23",
            "(epoch_us(hybrid_zone_start(zone, day::DATE::TIMESTAMP + INTERVAL 1 DAY)) "
            + "- epoch_us(hybrid_zone_start(zone, day::DATE::TIMESTAMP))) / 3600e6",
            IsScalar: true),
        new(
            $"energy(dataset, power, every := '30 minutes', hold := '1 hour', {MacrosSql.RangeParameters})",
            "Energy by symbol and settlement period of the dataset's zone from a column of power, MWh from MW: a reading counts until the next one, at most for as long as hold says; "
            + "hours is how much of the period readings cover, mw their mean. The period must divide an hour",
            "from energy('generation', 'mw', '30 minutes') order by symbol, time",
            $"""
            WITH readings AS (
                SELECT symbol, date, hybrid_instant AS instant, hybrid_seq AS seq, hybrid_zone AS zone,
                    COLUMNS(lambda name: name = lower(power))::DOUBLE AS value
                FROM {TickViewsSql.Rows("dataset")}
                WHERE (from_date IS NULL OR date >= from_date::DATE - 1) AND (to_date IS NULL OR date <= to_date::DATE)
                    AND (symbols IS NULL OR list_contains(symbols, symbol))),
            stood AS (
                SELECT symbol, zone, instant, value,
                    least(lead(instant) OVER (PARTITION BY symbol ORDER BY instant, seq), instant + hold::INTERVAL) AS until
                FROM readings WHERE value IS NOT NULL),
            days AS (
                SELECT *,
                    unnest(generate_series(timezone(zone, instant)::DATE, timezone(zone, until)::DATE + 1, INTERVAL 1 DAY)) AS day
                FROM stood WHERE until > instant),
            parts AS (
                SELECT symbol, zone, value, hybrid_zone_start(zone, day) AS midnight,
                    greatest(instant, hybrid_zone_start(zone, day)) AS begins,
                    least(until, hybrid_zone_start(zone, day + INTERVAL 1 DAY)) AS ends
                FROM days),
            pieces AS (
                SELECT *, unnest(range(
                    CASE WHEN epoch_us(INTERVAL 1 HOUR) % nullif(epoch_us(every::INTERVAL), 0) = 0
                        THEN time_bucket(every::INTERVAL, begins, midnight) ELSE error('energy: the period must divide an hour') END,
                    ends, every::INTERVAL)) AS time
                FROM parts WHERE ends > begins),
            weighted AS (
                SELECT symbol, zone, time, value,
                    date_diff('microsecond', greatest(begins, time), least(ends, time + every::INTERVAL)) / 3600e6 AS hours
                FROM pieces)
            SELECT symbol, settlement_day(time, zone) AS date, settlement_period(time, zone, every) AS period, time, sum(value * hours) AS mwh, sum(value * hours) / sum(hours) AS mw, sum(hours) AS hours
            FROM weighted GROUP BY symbol, zone, time
            HAVING (from_date IS NULL OR settlement_day(time, zone) >= from_date::DATE) AND (to_date IS NULL OR settlement_day(time, zone) <= to_date::DATE)
            """),
    ];

    /// <summary>Within the period that a time at its end stamps.</summary>
    private const string Instant = "(moment::TIMESTAMPTZ - CASE WHEN at_end THEN INTERVAL 1 MICROSECOND ELSE INTERVAL 0 MICROSECOND END)";

    private const string LocalTime = $"timezone(zone, {Instant})";
}
