namespace HybridStore.Tests.Walk;

/// <summary>The symbols and days of a walk: few, so that rows of several files meet.</summary>
internal sealed class WalkRange
{
    private const int SymbolCount = 4;
    private const int DayCount = 5;
    private const int DaysMax = 14; // Both ends of summer time, of Europe and of America, are among them.
    private const long DayUs = 86_400_000_000;

    /// <summary>Symbols that folders, SQL and CSV have trouble with.</summary>
    private static readonly string[] Names =
    [
        "IBM", "AIG", "M&M", "é", "A+B", "NULL", "null", "007", "BRK/B", "aapl", "__HIVE_DEFAULT_PARTITION__", "a b", "%41", new('L', 300),
    ];

    private static readonly long FirstDayUs = (long)(new DateTime(2024, 10, 24) - DateTime.UnixEpoch).TotalMicroseconds;
    private readonly string[] _symbols;
    private readonly int[] _days;

    /// <param name="random">Chooses.</param>
    internal WalkRange(Random random)
    {
        _symbols = random.GetItems(Names, SymbolCount);
        _days = [.. Enumerable.Range(0, DayCount).Select(_ => random.Next(DaysMax))];
    }

    /// <summary>One of the symbols.</summary>
    internal string Symbol(Random random) => WalkValues.Pick(random, _symbols);

    /// <summary>The beginning of one of the days, in microseconds.</summary>
    internal long DayUsOf(Random random) => FirstDayUs + WalkValues.Pick(random, _days) * DayUs;

    /// <summary>A time: often one that comes again, and now and then the last or first microsecond of a day.</summary>
    internal long TimeUs(Random random)
    {
        var day = DayUsOf(random);
        return random.Next(10) switch
        {
            0 => day,
            1 => day + DayUs - 1,
            2 => day + random.NextInt64(DayUs),
            3 => day + random.Next(24 * 4) * (DayUs / (24 * 4)),
            _ => day + random.Next(1, 4) * (DayUs / 6),
        };
    }
}
